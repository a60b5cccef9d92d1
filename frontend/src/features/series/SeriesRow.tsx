import type { Series } from "../../services/rows/series";
import { formatQuantity } from "../../shared/format";
import { Link } from "../../shared/Link";
import { Age, Chip, SimulatedChip } from "../../shared/marks";
import { atSeries } from "../../shared/urlState";
import { frozenUntil } from "./frozen";

interface SeriesRowProps {
  readonly series: Series;
  readonly selected: boolean;
  /** What the list was searched for: opening a row keeps it. */
  readonly search: string;
}

export function SeriesRow({ series, selected, search }: SeriesRowProps) {
  const { id, entity, metric, unit, lastTime, lastValue, hotspotId } = series;
  return (
    <li className="row" data-testid={`row-series-${id}`} data-selected={selected || undefined}>
      <Link
        className="row-link"
        data-row
        to={{ ...atSeries(id), q: search }}
        aria-label={`${entity}, ${metric}: open this series`}
      />
      <div className="row-line">
        <strong className="row-title">{entity}</strong>
        <span className="muted">{metric}</span>
        <Age time={lastTime} />
      </div>
      <div className="chips">
        <span className="figure">{formatQuantity(lastValue, unit)}</span>
        {hotspotId !== null && <Chip>Hotspot</Chip>}
        <SeriesChips series={series} />
      </div>
    </li>
  );
}

/** What is special about the series just now. */
export function SeriesChips({ series }: { series: Series }) {
  return (
    <>
      {series.learning && <Chip title="Too few readings yet: only targets open hotspots">Learning</Chip>}
      {frozenUntil(series) && <Chip title="It keeps its old normal">Frozen</Chip>}
      {series.threshold !== null && <Chip title="It has a threshold of its own">Own threshold</Chip>}
      {series.simulated && <SimulatedChip />}
    </>
  );
}
