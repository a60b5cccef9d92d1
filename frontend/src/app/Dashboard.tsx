import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { DecidingContext, type Step } from "../features/recommendations/deciding";
import { StepDialog } from "../features/recommendations/StepDialog";
import type { Recommendation } from "../services/rows/recommendation";
import { PERMISSIONS } from "../services/session";
import { connectStreams } from "../services/websocket";
import { Notice, Skeleton } from "../shared/marks";
import { useStream, useStreams } from "../shared/streams";
import { useOpenHotspot } from "../shared/urlState";
import { useCan } from "../shared/user";
import { Banners } from "./Banners";
import { HelpDialog } from "./HelpDialog";
import { useHotkeys } from "./hotkeys";
import { PageBoundary } from "./PageBoundary";
import { PageNav } from "./PageNav";
import { PaneArea } from "./PaneArea";
import { usePage } from "./pages";
import { useClosingPopovers } from "./popovers";
import { StatsStrip } from "./StatsStrip";
import { Toasts } from "./Toasts";
import { Toolbar } from "./Toolbar";
import { TopBar } from "./TopBar";
import { useCriticalToasts } from "./criticalToasts";

const loadDetail = async () => ({ default: (await import("./HotspotDetail")).HotspotDetail });
const HotspotDetail = lazy(loadDetail);

interface Asked {
  readonly recommendation: Recommendation;
  readonly step: Step;
}

export function Dashboard() {
  const streams = useStreams();
  const [help, setHelp] = useState(false);
  const [asked, setAsked] = useState<Asked | null>(null);
  const ask = useCallback(
    (recommendation: Recommendation, step: Step) => setAsked({ recommendation, step }),
    [],
  );
  const wake = () => Object.values(streams).forEach((store) => store.wake());
  const live = useCan(PERMISSIONS.viewHotspot);
  useEffect(() => (live ? connectStreams(streams) : undefined), [live, streams]);
  useCriticalToasts();
  useHotkeys(() => setHelp(true));
  useClosingPopovers();
  return (
    <DecidingContext value={ask}>
      <div className="page">
        <TopBar onWake={wake} onHelp={() => setHelp(true)} />
        <Banners />
        <Content />
        <PageNav />
        <Toasts />
        {asked && <StepDialog {...asked} onClose={() => setAsked(null)} />}
        {help && <HelpDialog onClose={() => setHelp(false)} />}
      </div>
    </DecidingContext>
  );
}

/** The page that is open; a page that fails to load leaves the others at hand. */
function Content() {
  const page = usePage();
  const title = page?.name ? `${page.title} · Emberwatch` : "Emberwatch";
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (!page) return <Notice title="Nothing to see">Your account has no permission for any page.</Notice>;
  if (page.content === null) return <Live />;
  return (
    <PageBoundary key={page.name} title={page.title}>
      <Suspense fallback={<Skeleton lines={8} />}>
        <page.content />
      </Suspense>
    </PageBoundary>
  );
}

function Live() {
  const opened = useOpenHotspot();
  const { rows } = useStream(useStreams().hotspots);
  const types = new Set([...rows.values()].map((row) => row.entityType).filter(Boolean));
  // Not a part of the first load, and at hand before anybody opens a row.
  useEffect(() => void loadDetail().catch(() => {}), []);
  return (
    <main className="content">
      <StatsStrip />
      <Toolbar entityTypes={[...types].sort()} />
      <PaneArea />
      {opened !== null && (
        <PageBoundary key={opened} title="The hotspot" part="drawer">
          <Suspense fallback={<DetailComes />}>
            <HotspotDetail id={opened} />
          </Suspense>
        </PageBoundary>
      )}
    </main>
  );
}

function DetailComes() {
  return (
    <aside className="drawer" aria-label="Hotspot">
      <Skeleton lines={10} />
    </aside>
  );
}
