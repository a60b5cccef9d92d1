import { useState, type ReactNode } from "react";
import { serverNow } from "../services/http";
import type { Severity } from "../services/rows/hotspot";
import { hotspotAddress, openHotspot } from "./urlState";

const FRESH_MS = 5_000;

interface RowProps {
  readonly testId: string;
  readonly hotspotId: number;
  readonly severity: Severity | undefined;
  readonly createdAt: string | null;
  readonly dimmed: boolean;
  readonly selected: boolean;
  readonly label: string;
  readonly children: ReactNode;
}

/**
 * One row of a pane. The whole row is a link to its hotspot, laid below the row's own buttons;
 * rows that arrived just now glow once.
 */
export function Row(props: RowProps) {
  const [fresh] = useState(() => isFresh(props.createdAt));
  return (
    <li
      className="row"
      data-testid={props.testId}
      data-severity={props.severity}
      data-dimmed={props.dimmed || undefined}
      data-selected={props.selected || undefined}
      data-fresh={fresh || undefined}
    >
      <RowLink hotspotId={props.hotspotId} label={props.label} />
      {props.children}
    </li>
  );
}

function RowLink({ hotspotId, label }: { hotspotId: number; label: string }) {
  return (
    <a
      className="row-link"
      data-row
      href={hotspotAddress(hotspotId)}
      aria-label={label}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        openHotspot(hotspotId);
      }}
    />
  );
}

function isFresh(createdAt: string | null): boolean {
  return createdAt !== null && serverNow() - Date.parse(createdAt) < FRESH_MS;
}
