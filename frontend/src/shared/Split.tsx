import { useEffect, useRef, type ReactNode } from "react";
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
  /** The id or name of what is open, null for nothing. */
  readonly opened: number | string | null;
  readonly detail: ReactNode;
  readonly children: ReactNode;
}

/** A page of a list and what is open from it; on narrow screens one of the two. */
export function Split({ name, title, back, hint, opened, detail, children }: SplitProps) {
  const section = useFocusAfterOpening(opened);
  const open = opened !== null;
  return (
    <main className="content split" data-testid={`page-${name}`} data-open={open || undefined}>
      <section className="split-list" data-pane={name} aria-label={title}>
        {children}
      </section>
      <section ref={section} className="split-detail" tabIndex={-1} aria-label={`${title}: what is open`}>
        {open && (
          <Link className="split-back" to={back}>
            <Icon name="back" />
            {title}
          </Link>
        )}
        {open ? detail : <Notice title={hint} />}
      </section>
    </main>
  );
}

/** On a narrow screen the list goes when something is opened, and would take the focus along. */
function useFocusAfterOpening(opened: number | string | null) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    const lost = !(document.activeElement?.checkVisibility?.() ?? true) || document.activeElement === document.body;
    if (opened !== null && lost) section.current?.focus();
  }, [opened]);
  return section;
}
