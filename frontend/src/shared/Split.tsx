import type { ReactNode } from "react";
import { Icon } from "./Icon";
import { Link } from "./Link";
import { Notice } from "./marks";
import type { Params } from "./urlState";

interface SplitProps {
  readonly name: string;
  readonly title: string;
  /** The list without anything open. */
  readonly back: Params;
  /** What stands in place of the detail while nothing is open. */
  readonly hint: string;
  readonly detail: ReactNode;
  readonly children: ReactNode;
}

/** A page of a list and what is open from it; on narrow screens one of the two. */
export function Split({ name, title, back, hint, detail, children }: SplitProps) {
  return (
    <main className="content split" data-testid={`page-${name}`} data-open={Boolean(detail) || undefined}>
      <section className="split-list" data-pane={name} aria-label={title}>
        {children}
      </section>
      <section className="split-detail" aria-label={`${title}: what is open`}>
        {detail && (
          <Link className="split-back" to={back}>
            <Icon name="back" />
            {title}
          </Link>
        )}
        {detail || <Notice title={hint} />}
      </section>
    </main>
  );
}
