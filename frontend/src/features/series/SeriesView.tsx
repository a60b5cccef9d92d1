import type { Series } from "../../services/rows/series";
import { PERMISSIONS } from "../../services/session";
import { DetailHeader, DetailSection, Loaded } from "../../shared/Detail";
import { Link } from "../../shared/Link";
import { Timeline } from "../../shared/Timeline";
import { atHotspot } from "../../shared/urlState";
import { useCan } from "../../shared/user";
import { useSeriesHistory, useSeriesRow } from "./api";
import { RangeChart } from "./RangeChart";
import { SeriesFacts } from "./SeriesFacts";
import { SeriesChips } from "./SeriesRow";
import { Teaching } from "./Teaching";
import { Tuning } from "./Tuning";

/** One series: its readings, what is set, and what a change would have done. */
export function SeriesView({ id }: { id: number }) {
  const mayChange = useCan(PERMISSIONS.changeSeries);
  return (
    <Loaded query={useSeriesRow(id)} noun="series">
      {(series) => (
        <article className="detail" data-testid="series-detail">
          <Header series={series} />
          <RangeChart series={series} />
          <DetailSection title="What is set">
            <SeriesFacts series={series} />
          </DetailSection>
          <DetailSection title="What would this have changed?">
            <Tuning series={series} />
          </DetailSection>
          {mayChange && (
            <DetailSection title="What is normal">
              <Teaching series={series} />
            </DetailSection>
          )}
          <DetailSection title="History of its settings">
            <History id={series.id} />
          </DetailSection>
        </article>
      )}
    </Loaded>
  );
}

function Header({ series }: { series: Series }) {
  const { entity, entityType, metric, unit, hotspotId } = series;
  const open = hotspotId !== null && (
    <Link className="button" to={atHotspot(hotspotId)}>
      Open its hotspot
    </Link>
  );
  return (
    <DetailHeader over={[entityType, metric, unit].filter(Boolean).join(" · ")} title={entity} action={open}>
      <div className="chips">
        <SeriesChips series={series} />
      </div>
    </DetailHeader>
  );
}

function History({ id }: { id: number }) {
  const { data, error } = useSeriesHistory(id);
  return <Timeline entries={data} error={error} />;
}
