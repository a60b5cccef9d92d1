import type { ReactNode } from "react";
import type { Severity } from "../services/rows/hotspot";
import { useTicking } from "./clock";
import { formatAge, formatDateTime, humanize } from "./format";
import { Icon } from "./Icon";

const SHAPES: Readonly<Record<Severity, string>> = {
  critical: "M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5Z",
  warn: "M8 1.8 15 14H1Z",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12Z",
};

export const SEVERITY_NAMES: Readonly<Record<Severity, string>> = {
  critical: "Critical",
  warn: "Warn",
  info: "Info",
};

/** The severity as shape and color, and as a word for those who see neither. */
export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <span className="severity-mark" data-severity={severity} title={SEVERITY_NAMES[severity]}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[severity]} />
      </svg>
      <span className="sr-only">{SEVERITY_NAMES[severity]}</span>
    </span>
  );
}

interface AgeProps {
  readonly time: string | null;
  readonly format?: (ageMs: number) => string;
}

/** How long ago `time` was, by the server's clock; ticks. */
export function Age({ time, format = formatAge }: AgeProps) {
  const at = time === null ? null : Date.parse(time);
  const text = useTicking((now) => (at === null ? "" : format(now - at)));
  return (
    <time className="age" dateTime={time ?? undefined} title={formatDateTime(time)}>
      {text}
    </time>
  );
}

export function StatusChip({ status }: { status: string }) {
  return (
    <span className="chip status" data-status={status}>
      {humanize(status)}
    </span>
  );
}

/** A quiet fact beside a row. */
export function Chip({ children, title }: { children: ReactNode; title?: string }) {
  return (
    <span className="chip" title={title}>
      {children}
    </span>
  );
}

export function SimulatedChip() {
  return (
    <span className="chip simulated" title="Made by the demo feed, not measured">
      Simulated
    </span>
  );
}

/** What hides a row; nothing while it asks for attention. */
export function SuppressedChip({ by }: { by: string }) {
  if (!by) return null;
  const inStorm = /^storm \d+$/.test(by);
  const why = inStorm ? `Many hotspots opened at once; one alert (${by}) asks for all of them` : `Hidden by ${by}`;
  return (
    <span className="chip suppressed" title={`${why}. This one is stored and shown, and asks nobody.`}>
      <Icon name="mute" />
      {inStorm ? "Part of a storm" : by}
    </span>
  );
}

/** What a pane shows instead of rows. */
export function Notice({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="notice">
      <p className="notice-title">{title}</p>
      {children}
    </div>
  );
}

interface FailureProps {
  readonly title: string;
  readonly error: Error;
  readonly onRetry: () => void;
}

/** What could not be loaded, in the server's words, and another try. */
export function Failure({ title, error, onRetry }: FailureProps) {
  return (
    <Notice title={title}>
      <p role="alert">{error.message}</p>
      <button type="button" className="button" onClick={onRetry}>
        Try again
      </button>
    </Notice>
  );
}

export function Skeleton({ lines }: { lines: number }) {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, line) => (
        <span key={line} />
      ))}
    </div>
  );
}

/** Only http and https become links: an address may be text from outside. */
export const isWebAddress = (url: string): boolean => /^https?:\/\//i.test(url);

export function ExternalLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a className="external" href={href} target="_blank" rel="noreferrer">
      {children}
      <Icon name="external" />
    </a>
  );
}
