import { useStream, useStreams } from "../shared/streams";
import { useParam } from "../shared/urlState";
import { AlertPane, HotspotPane, RecommendationPane } from "./Panes";

const PANES = ["hotspots", "alerts", "recommendations"] as const;
const TITLES = { hotspots: "Hotspots", alerts: "Alerts", recommendations: "Advice" } as const;

/** Three panes side by side; on narrow screens one of them, chosen by the tabs. */
export function PaneArea() {
  const [chosen, choose] = useParam("pane");
  const active = PANES.find((name) => name === chosen) ?? "hotspots";
  return (
    <>
      <PaneTabs active={active} onChoose={choose} />
      <div className="panes" data-active={active}>
        <HotspotPane />
        <AlertPane />
        <RecommendationPane />
      </div>
    </>
  );
}

interface PaneTabsProps {
  readonly active: string;
  readonly onChoose: (name: string) => void;
}

function PaneTabs({ active, onChoose }: PaneTabsProps) {
  const waiting = useWaitingCounts();
  return (
    <nav className="tabs" aria-label="Panes">
      {PANES.map((name) => (
        <button
          key={name}
          type="button"
          aria-current={name === active ? "true" : undefined}
          onClick={() => onChoose(name)}
        >
          {TITLES[name]}
          <span className="count">{waiting[name]}</span>
        </button>
      ))}
    </nav>
  );
}

/** How many rows of each pane wait for somebody. */
function useWaitingCounts() {
  const { hotspots, alerts, recommendations } = useStreams();
  const asking = (rows: Iterable<{ status: string; suppressedBy: string }>, status: string) =>
    [...rows].filter((row) => row.status === status && row.suppressedBy === "").length;
  const pending = [...useStream(recommendations).rows.values()].filter((row) => row.status === "pending");
  return {
    hotspots: asking(useStream(hotspots).rows.values(), "open"),
    alerts: asking(useStream(alerts).rows.values(), "active"),
    recommendations: pending.length,
  };
}
