import type { ReactNode } from "react";
import type { Playbook } from "../../services/rows/playbook";
import { humanize } from "../../shared/format";
import { Chip, Failure, Skeleton } from "../../shared/marks";
import { usePlaybook } from "./api";
import { EffectOf } from "./EffectOf";
import { OutcomesOf } from "./OutcomesOf";
import { Passages } from "./Passages";
import { Facts } from "./PlaybookRow";
import { Sources } from "./Sources";

/** One playbook: where it applies, its passages, its sources, and what came of it. */
export function PlaybookView({ slug }: { slug: string }) {
  const { data: playbook, error, refetch } = usePlaybook(slug);
  if (!playbook && error) {
    return <Failure title="This playbook could not be loaded" error={error} onRetry={() => void refetch()} />;
  }
  if (!playbook) return <Skeleton lines={12} />;
  return <Loaded playbook={playbook} />;
}

function Loaded({ playbook }: { playbook: Playbook }) {
  const { slug, title, edition, cause } = playbook;
  return (
    <article className="detail playbook" data-testid="playbook-detail">
      <header className="detail-header">
        <div>
          <p className="muted">
            {slug}
            {edition !== null && ` · edition ${edition}`}
          </p>
          <h2 dir="auto">{title}</h2>
          {cause && (
            <p className="explanation" dir="auto">
              For when {cause}.
            </p>
          )}
          <div className="chips">
            <Facts playbook={playbook} />
            {playbook.paybackMonths !== null && <Chip>Pays back in {playbook.paybackMonths} months</Chip>}
          </div>
        </div>
      </header>
      <Section title="Where it applies">
        <AppliesTo playbook={playbook} />
      </Section>
      <Section title="Effect">
        <EffectOf effect={playbook.effect} />
      </Section>
      <Section title="What came of it">
        <OutcomesOf outcomes={playbook.outcomes} />
      </Section>
      <Section title="Passages">
        <Passages passages={playbook.passages} />
      </Section>
      <Section title="Sources">
        <Sources sources={playbook.sources} />
      </Section>
    </article>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="detail-section" aria-label={title}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

const SIDES: Readonly<Record<string, string>> = { high: "above the expected", low: "below the expected" };

function AppliesTo({ playbook }: { playbook: Playbook }) {
  const { entityTypes, metrics, sectors, sides } = playbook.appliesTo;
  const facts: (readonly [string, readonly string[], string])[] = [
    ["Entities", entityTypes.map(humanize), "any"],
    ["Metrics", metrics, "any"],
    ["Sectors", sectors.map(humanize), "any"],
    ["Readings", sides.map((side) => SIDES[side] ?? side), "above or below the expected"],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, values, every]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{values.join(", ") || every}</dd>
        </div>
      ))}
    </dl>
  );
}
