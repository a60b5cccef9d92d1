import type { ReactNode } from "react";
import type { Series } from "../../services/rows/series";
import { PERMISSIONS } from "../../services/session";
import { Link } from "../../shared/Link";
import { Failure, Skeleton } from "../../shared/marks";
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
  const { data: series, error, refetch } = useSeriesRow(id);
  if (!series && error) {
    return <Failure title="This series could not be loaded" error={error} onRetry={() => void refetch()} />;
  }
  if (!series) return <Skeleton lines={12} />;
  return <Loaded series={series} />;
}

function Loaded({ series }: { series: Series }) {
  const mayChange = useCan(PERMISSIONS.changeSeries);
  const { entity, entityType, metric, unit, hotspotId } = series;
  return (
    <article className="detail" data-testid="series-detail">
      <header className="detail-header">
        <div>
          <p className="muted">{[entityType, metric, unit].filter(Boolean).join(" · ")}</p>
          <h2>{entity}</h2>
          <div className="chips">
            <SeriesChips series={series} />
          </div>
        </div>
        {hotspotId !== null && (
          <Link className="button" to={atHotspot(hotspotId)}>
            Open its hotspot
          </Link>
        )}
      </header>
      <RangeChart series={series} />
      <Section title="What is set">
        <SeriesFacts series={series} />
      </Section>
      <Section title="What would this have changed?">
        <Tuning series={series} />
      </Section>
      {mayChange && (
        <Section title="What is normal">
          <Teaching series={series} />
        </Section>
      )}
      <Section title="History of its settings">
        <History id={series.id} />
      </Section>
    </article>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="detail-section" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function History({ id }: { id: number }) {
  const { data, error } = useSeriesHistory(id);
  return <Timeline entries={data} error={error} />;
}
