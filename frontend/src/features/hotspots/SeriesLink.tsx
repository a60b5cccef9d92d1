import type { Hotspot } from "../../services/rows/hotspot";
import { PERMISSIONS } from "../../services/session";
import { Icon } from "../../shared/Icon";
import { Link } from "../../shared/Link";
import { atSeries } from "../../shared/urlState";
import { useCan } from "../../shared/user";
import { useSeriesOf } from "./api";

/** The way to all readings and the settings behind a hotspot. */
export function SeriesLink({ hotspot }: { hotspot: Hotspot }) {
  const allowed = useCan(PERMISSIONS.viewSeries);
  const { data: series } = useSeriesOf(hotspot, allowed);
  if (!series) return null;
  return (
    <Link className="button" data-testid="to-series" to={{ ...atSeries(series.id), q: hotspot.entity }}>
      <Icon name="chart" />
      All readings and settings
    </Link>
  );
}
