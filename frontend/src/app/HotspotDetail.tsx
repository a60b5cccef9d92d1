import { lazy, Suspense, useLayoutEffect, useRef, useState, type ReactNode } from "react";
import { AlertRow } from "../features/alerts/AlertRow";
import { useAlertsOf } from "../features/alerts/api";
import { useHotspot } from "../features/hotspots/api";
import { Evidence, KeyFigures } from "../features/hotspots/Evidence";
import { History } from "../features/hotspots/History";
import { HotspotActions } from "../features/hotspots/HotspotActions";
import { HotspotChips } from "../features/hotspots/HotspotRow";
import { Incident } from "../features/hotspots/Incident";
import { SeriesChart } from "../features/hotspots/SeriesChart";
import { SeriesLink } from "../features/hotspots/SeriesLink";
import { SuppressedNote, Why } from "../features/hotspots/Why";
import { useRecommendationsOf } from "../features/recommendations/api";
import { measureOf } from "../features/recommendations/measure";
import { RecommendationCard } from "../features/recommendations/RecommendationCard";
import type { Hotspot } from "../services/rows/hotspot";
import { PERMISSIONS } from "../services/session";
import { formatAgo } from "../shared/format";
import { Icon } from "../shared/Icon";
import { Age, Failure, SeverityMark, Skeleton } from "../shared/marks";
import { useCan } from "../shared/user";
import { closeDetail } from "./closeDetail";

const SilenceDialog = lazy(async () => ({
  default: (await import("../features/silences/SilenceDialog")).SilenceDialog,
}));

/** The drawer with everything about one hotspot. */
export function HotspotDetail({ id }: { id: number }) {
  const { hotspot, error, refetch } = useHotspot(id);
  const drawer = useRef<HTMLElement>(null);
  // Before the effects of what is in it: a link that the reader comes back to takes the focus.
  useLayoutEffect(() => drawer.current?.focus(), [id]);
  return (
    <aside ref={drawer} className="drawer" data-testid="hotspot-detail" aria-label="Hotspot" tabIndex={-1}>
      <button type="button" className="icon-button drawer-close" aria-label="Close" onClick={closeDetail}>
        <Icon name="close" />
      </button>
      {hotspot && <Detail hotspot={hotspot} />}
      {!hotspot && !error && <Skeleton lines={10} />}
      {!hotspot && error && (
        <Failure title="This hotspot could not be loaded" error={error} onRetry={refetch} />
      )}
    </aside>
  );
}

function Detail({ hotspot }: { hotspot: Hotspot }) {
  return (
    <>
      <header className="drawer-header">
        <p className="muted">
          {[hotspot.entityType, hotspot.metric, "opened"].filter(Boolean).join(" · ")}{" "}
          <Age time={hotspot.openedAt} format={formatAgo} />
        </p>
        <h2>
          <SeverityMark severity={hotspot.severity} />
          <span>
            <bdi>{hotspot.entity}</bdi>
          </span>
        </h2>
        <p className="explanation">{hotspot.explanation}</p>
        <HotspotChips hotspot={hotspot} />
      </header>
      <SuppressedNote by={hotspot.suppressedBy} />
      <HotspotActions hotspot={hotspot} />
      <Why hotspot={hotspot} />
      <KeyFigures hotspot={hotspot} />
      <SeriesChart hotspot={hotspot} />
      <div className="actions">
        <SeriesLink hotspot={hotspot} />
        <SilenceButton hotspot={hotspot} />
      </div>
      <Incident hotspot={hotspot} />
      <Recommendations hotspot={hotspot} />
      <Alerts hotspotId={hotspot.id} />
      <Section title="Evidence">
        <Evidence hotspot={hotspot} />
      </Section>
      <Section title="History">
        <History hotspot={hotspot} />
      </Section>
    </>
  );
}

/** Opens the form of a silence, filled in with what this hotspot is about. */
function SilenceButton({ hotspot: { entity, metric } }: { hotspot: Hotspot }) {
  const allowed = useCan(PERMISSIONS.addSilence);
  const [asking, setAsking] = useState(false);
  if (!allowed) return null;
  return (
    <>
      <button type="button" className="button" data-testid="silence" onClick={() => setAsking(true)}>
        <Icon name="mute" />
        Silence…
      </button>
      {asking && (
        <Suspense>
          <SilenceDialog scope={{ entity, metric }} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="drawer-section">
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Recommendations({ hotspot }: { hotspot: Hotspot }) {
  const { rows, error, refetch } = useRecommendationsOf(hotspot.id);
  const failed = error !== null && rows.length === 0;
  return (
    <Section title="Recommendations">
      {rows.map((row) => (
        <RecommendationCard key={row.id} recommendation={row} measure={measureOf(hotspot)} />
      ))}
      {failed && (
        <Failure title="The recommendations could not be loaded" error={error} onRetry={() => void refetch()} />
      )}
      {rows.length === 0 && !failed && (
        <p className="no-advice" data-testid="no-advice" data-advice={hotspot.advice} role="status">
          {adviceState(hotspot)}
        </p>
      )}
    </Section>
  );
}

/** Why there is none, in the server's words where it has said so. */
function adviceState({ advice, adviceReason }: Hotspot): string {
  if (advice === "pending") return "The playbooks are being searched…";
  if (advice === "ready") return "Loading the recommendations…";
  if (advice === "failed") return `Searching the playbooks failed. ${adviceReason}`.trim();
  return `No recommendation: ${adviceReason || "no playbook has an answer for this."}`;
}

function Alerts({ hotspotId }: { hotspotId: number }) {
  const alerts = useAlertsOf(hotspotId);
  if (alerts.length === 0) return null;
  return (
    <Section title="Alerts">
      <ul className="rows boxed">
        {alerts.map((row) => (
          <AlertRow key={row.id} alert={row} selected={false} testId={`detail-alert-${row.id}`} />
        ))}
      </ul>
    </Section>
  );
}
