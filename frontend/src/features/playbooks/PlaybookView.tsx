import type { Playbook } from "../../services/rows/playbook";
import { DetailHeader, DetailSection, Loaded } from "../../shared/Detail";
import { formatPlural, humanize } from "../../shared/format";
import { Chip } from "../../shared/marks";
import { usePlaybook } from "./api";
import { EffectOf } from "./EffectOf";
import { OutcomesOf } from "./OutcomesOf";
import { Passages } from "./Passages";
import { Facts } from "./PlaybookRow";
import { Sources } from "./Sources";

/** One playbook: where it applies, its passages, its sources, and what came of it. */
export function PlaybookView({ slug }: { slug: string }) {
  return (
    <Loaded query={usePlaybook(slug)} noun="playbook">
      {(playbook) => (
        <article className="detail playbook" data-testid="playbook-detail">
          <Header playbook={playbook} />
          <DetailSection title="Where it applies">
            <AppliesTo playbook={playbook} />
          </DetailSection>
          <DetailSection title="Effect">
            <EffectOf effect={playbook.effect} />
          </DetailSection>
          <DetailSection title="What came of it">
            <OutcomesOf outcomes={playbook.outcomes} />
          </DetailSection>
          <DetailSection title="Passages">
            <Passages passages={playbook.passages} />
          </DetailSection>
          <DetailSection title="Sources">
            <Sources sources={playbook.sources} />
          </DetailSection>
        </article>
      )}
    </Loaded>
  );
}

function Header({ playbook }: { playbook: Playbook }) {
  const { slug, title, edition, cause, paybackMonths } = playbook;
  return (
    <DetailHeader over={edition === null ? slug : `${slug} · edition ${edition}`} title={title}>
      {cause && (
        <p className="explanation" dir="auto">
          For when {cause}.
        </p>
      )}
      <div className="chips">
        <Facts playbook={playbook} />
        {paybackMonths !== null && <Chip>Pays back in {formatPlural(paybackMonths, "month")}</Chip>}
      </div>
    </DetailHeader>
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
