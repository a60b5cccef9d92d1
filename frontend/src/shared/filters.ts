import { SEVERITIES, type Severity } from "../services/rows/hotspot";
import { useParam } from "./urlState";

/** What all three panes are narrowed to; empty means everything. */
export interface Filters {
  readonly severity: Severity | "";
  readonly entity: string;
  readonly entityType: string;
  /** Leaves out what a silence or a storm hides. */
  readonly withoutSuppressed: boolean;
}

export type Order = "severity" | "newest";

export function useFilters(): Filters {
  const [severity] = useParam("severity");
  const [entity] = useParam("entity");
  const [entityType] = useParam("type");
  const [suppressed] = useParam("suppressed");
  return {
    severity: SEVERITIES.find((known) => known === severity) ?? "",
    entity,
    entityType,
    withoutSuppressed: suppressed === "hide",
  };
}

export function useOrder(): Order {
  const [order] = useParam("order");
  return order === "newest" ? "newest" : "severity";
}

interface Filterable {
  readonly severity: Severity | undefined;
  readonly entity: string;
  readonly entityType: string | undefined;
  readonly suppressedBy: string | undefined;
}

/** An unknown severity or type never matches a filter on it. */
export function matches(row: Filterable, filters: Filters): boolean {
  return (
    (filters.severity === "" || row.severity === filters.severity) &&
    (filters.entityType === "" || row.entityType === filters.entityType) &&
    !(filters.withoutSuppressed && row.suppressedBy) &&
    row.entity.toLowerCase().includes(filters.entity.trim().toLowerCase())
  );
}

/** How much a row asks for attention. */
export interface Urgency {
  /** For somebody to do something. */
  readonly waiting: boolean;
  readonly severity: Severity | undefined;
}

/** What a row is sorted by: what waits for somebody first, then the worst, then the newest. */
export interface Rank extends Urgency {
  readonly createdAt: string | null;
  readonly id: number;
}

export function compareRanks(a: Rank, b: Rank, order: Order): number {
  return compareUrgency(a, b, order) || (b.createdAt ?? "").localeCompare(a.createdAt ?? "") || b.id - a.id;
}

/** What waits first, then the worst; 0 throughout where only the time counts. */
export function compareUrgency(a: Urgency, b: Urgency, order: Order): number {
  return order === "severity" ? Number(b.waiting) - Number(a.waiting) || weight(b) - weight(a) : 0;
}

function weight({ severity }: Urgency): number {
  return severity ? SEVERITIES.length - SEVERITIES.indexOf(severity) : 0;
}
