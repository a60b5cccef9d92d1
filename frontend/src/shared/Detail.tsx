import type { ReactNode } from "react";
import { Failure, Skeleton } from "./marks";

interface LoadedProps<Row> {
  readonly query: { readonly data: Row | undefined; readonly error: Error | null; readonly refetch: () => unknown };
  /** What it is, in a sentence: "playbook". */
  readonly noun: string;
  readonly children: (row: Row) => ReactNode;
}

/** What is open from a list, once it is here; until then that it comes, or why it does not. */
export function Loaded<Row>({ query: { data, error, refetch }, noun, children }: LoadedProps<Row>) {
  if (data !== undefined) return children(data);
  if (!error) return <Skeleton lines={12} />;
  return <Failure title={`This ${noun} could not be loaded`} error={error} onRetry={() => void refetch()} />;
}

interface DetailHeaderProps {
  /** Small, above the title. */
  readonly over?: string;
  readonly title: string;
  /** What leads elsewhere or is done with it as a whole. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

export function DetailHeader({ over, title, action, children }: DetailHeaderProps) {
  return (
    <header className="detail-header">
      <div>
        {over && <p className="muted">{over}</p>}
        <h2 dir="auto">{title}</h2>
        {children}
      </div>
      {action}
    </header>
  );
}

export function DetailSection({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="detail-section" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}
