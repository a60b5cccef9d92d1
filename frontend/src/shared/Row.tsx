import { useState, type ReactNode } from "react";
import { serverNow } from "../services/http";
import type { Severity } from "../services/rows/hotspot";
import { Link } from "./Link";
import { atHotspot } from "./urlState";

const FRESH_MS = 5_000;

interface RowProps {
  readonly testId: string;
  /** Null for a row that stands for several hotspots: it opens none. */
  readonly hotspotId: number | null;
  readonly severity: Severity | undefined;
  readonly createdAt: string | null;
  readonly dimmed: boolean;
  /** Something hides it: it is shown, and asks nobody. */
  readonly muted?: boolean;
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
      data-muted={props.muted || undefined}
      data-selected={props.selected || undefined}
      data-fresh={fresh || undefined}
    >
      {props.hotspotId !== null && (
        <Link className="row-link" data-row to={atHotspot(props.hotspotId)} aria-label={props.label} />
      )}
      {props.children}
    </li>
  );
}

function isFresh(createdAt: string | null): boolean {
  return createdAt !== null && serverNow() - Date.parse(createdAt) < FRESH_MS;
}
