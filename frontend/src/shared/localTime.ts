/** A moment as a `datetime-local` field takes it: in the reader's zone, to the minute. */
export function toLocalField(ms: number): string {
  const offsetMs = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offsetMs).toISOString().slice(0, 16);
}

/** ISO 8601 in UTC; null for a field that is empty or half filled in. */
export function fromLocalField(text: string): string | null {
  const ms = text ? new Date(text).getTime() : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}

export const localZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
