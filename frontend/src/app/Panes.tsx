import { useState } from "react";
import { AlertRow } from "../features/alerts/AlertRow";
import { isStorm, selectAlerts } from "../features/alerts/listing";
import { StormRow } from "../features/alerts/StormRow";
import { HotspotRow } from "../features/hotspots/HotspotRow";
import { selectHotspots } from "../features/hotspots/listing";
import { BulkBar } from "../features/recommendations/BulkBar";
import { BulkStep, type BulkAsked } from "../features/recommendations/BulkStep";
import { selectRecommendations } from "../features/recommendations/listing";
import { measureOf } from "../features/recommendations/measure";
import { RecommendationRow } from "../features/recommendations/RecommendationRow";
import { useSelection } from "../features/recommendations/selection";
import { ALERT_STATUSES } from "../services/rows/alert";
import { HOTSPOT_STATUSES } from "../services/rows/hotspot";
import { RECOMMENDATION_STATUSES } from "../services/rows/recommendation";
import { PERMISSIONS } from "../services/session";
import type { Versioned } from "../services/streams/rowTable";
import type { StreamState, StreamStore } from "../services/streams/streamStore";
import { useFilters, useOrder } from "../shared/filters";
import { Pane } from "../shared/Pane";
import { useStream, useStreams } from "../shared/streams";
import { useOpenHotspot, useParam } from "../shared/urlState";
import { useCan } from "../shared/user";

function paneState<Row extends Versioned>(store: StreamStore<Row>, state: StreamState<Row>) {
  const { loaded, problem, more, unreadable, rows } = state;
  return { loaded, problem, more, unreadable, total: rows.size, onRetry: store.wake };
}

export function HotspotPane() {
  const { hotspots } = useStreams();
  const state = useStream(hotspots);
  const [status] = useParam("hotspots_status");
  const opened = useOpenHotspot();
  const items = selectHotspots(state.rows.values(), useFilters(), status, useOrder());
  return (
    <Pane
      name="hotspots"
      title="Hotspots"
      statuses={HOTSPOT_STATUSES}
      items={items}
      empty="Everything is within what is expected. New findings appear here by themselves."
      renderRow={(row) => <HotspotRow key={row.id} hotspot={row} selected={row.id === opened} />}
      {...paneState(hotspots, state)}
    />
  );
}

export function AlertPane() {
  const { alerts } = useStreams();
  const state = useStream(alerts);
  const [status] = useParam("alerts_status");
  const opened = useOpenHotspot();
  const items = selectAlerts(state.rows.values(), useFilters(), status, useOrder());
  return (
    <Pane
      name="alerts"
      title="Alerts"
      statuses={ALERT_STATUSES}
      items={items}
      empty="No hotspot has raised one. New alerts appear here by themselves."
      renderRow={(row) =>
        isStorm(row) ? (
          <StormRow key={row.id} storm={row} />
        ) : (
          <AlertRow key={row.id} alert={row} selected={row.hotspotId === opened} />
        )
      }
      {...paneState(alerts, state)}
    />
  );
}

export function RecommendationPane() {
  const { hotspots, recommendations } = useStreams();
  const state = useStream(recommendations);
  const known = useStream(hotspots).rows;
  const [status] = useParam("recommendations_status");
  const opened = useOpenHotspot();
  const mayDecide = useCan(PERMISSIONS.decide);
  const selection = useSelection();
  const [asked, setAsked] = useState<BulkAsked | null>(null);
  const items = selectRecommendations(
    state.rows.values(),
    (id) => known.get(id),
    useFilters(),
    status,
    useOrder(),
  );
  return (
    <>
      <Pane
        name="recommendations"
        title="Recommendations"
        statuses={RECOMMENDATION_STATUSES}
        items={items}
        empty="They are written when a hotspot opens and a playbook has an answer."
        renderBar={(shown) => mayDecide && <BulkBar shown={shown} selection={selection} onAsk={setAsked} />}
        renderRow={(row) => (
          <RecommendationRow
            key={row.id}
            recommendation={row}
            severity={known.get(row.hotspotId)?.severity}
            measure={measureOf(known.get(row.hotspotId))}
            selected={row.hotspotId === opened}
            selection={mayDecide ? selection : null}
          />
        )}
        {...paneState(recommendations, state)}
      />
      {asked && <BulkStep asked={asked} selection={selection} onClose={() => setAsked(null)} />}
    </>
  );
}
