import { useEffect, useRef } from "react";
import type { Passage } from "../../services/rows/playbook";
import { useParam } from "../../shared/urlState";
import { findQuote } from "./quoting";

/** The sections that can be cited; the one that was asked for is scrolled to, with the quote pointed out. */
export function Passages({ passages }: { passages: readonly Passage[] }) {
  const [section] = useParam("section");
  const [quote] = useParam("quote");
  const missing = section !== "" && !passages.some((passage) => holds(passage, section, quote));
  if (passages.length === 0) return <p className="muted">It has no passages.</p>;
  return (
    <>
      {missing && (
        <p className="problem" role="status" data-testid="quote-gone">
          What was quoted{quote && <> (“{quote}”)</>} does not stand in this edition any more: the playbook was changed
          since.
        </p>
      )}
      {passages.map((passage) => (
        <Section
          key={passage.section}
          passage={passage}
          cited={passage.section === section}
          quote={passage.section === section ? quote : ""}
        />
      ))}
    </>
  );
}

const holds = (passage: Passage, section: string, quote: string): boolean =>
  passage.section === section && (quote === "" || findQuote(passage.text, quote) !== null);

interface SectionProps {
  readonly passage: Passage;
  readonly cited: boolean;
  readonly quote: string;
}

function Section({ passage, cited, quote }: SectionProps) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!cited) return;
    place.current?.focus({ preventScroll: true });
    const target = place.current?.querySelector("mark") ?? place.current;
    target?.scrollIntoView?.({ block: "center" });
  }, [cited, quote]);
  return (
    <section
      ref={place}
      className="passage"
      id={anchorOf(passage.section)}
      data-testid={`passage-${anchorOf(passage.section)}`}
      data-cited={cited || undefined}
      tabIndex={-1}
      aria-label={passage.section}
    >
      <h4>
        {passage.section}
        {cited && <span className="chip">Cited</span>}
      </h4>
      <p dir="auto">
        <Marked text={passage.text} quote={quote} />
      </p>
    </section>
  );
}

/** The text with the quote marked, where it stands. */
function Marked({ text, quote }: { text: string; quote: string }) {
  const found = findQuote(text, quote);
  if (!found) return text;
  return (
    <>
      {found.before}
      <mark>{found.quote}</mark>
      {found.after}
    </>
  );
}

/** "Why it works" as "why-it-works". */
const anchorOf = (section: string): string =>
  section.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "-").replaceAll(/^-|-$/g, "");
