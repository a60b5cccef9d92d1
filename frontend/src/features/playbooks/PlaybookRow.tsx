import type { Outcomes, Playbook } from "../../services/rows/playbook";
import { formatCount, formatRange, humanize } from "../../shared/format";
import { Link } from "../../shared/Link";
import { Chip } from "../../shared/marks";
import { atPlaybook } from "../../shared/urlState";
import { ORIGINS } from "./Filters";

interface PlaybookRowProps {
  readonly playbook: Playbook;
  readonly selected: boolean;
  /** What the list is narrowed to: opening one keeps it. */
  readonly address: Readonly<Record<string, string>>;
}

export function PlaybookRow({ playbook, selected, address }: PlaybookRowProps) {
  const { slug, title, cause, outcomes } = playbook;
  return (
    <li className="row" data-testid={`row-playbook-${slug}`} data-selected={selected || undefined}>
      <Link
        className="row-link"
        data-row
        to={{ ...atPlaybook(slug), ...address }}
        aria-label={`${title}: open the playbook`}
        aria-current={selected ? "true" : undefined}
      />
      <strong className="row-name" dir="auto">
        {title}
      </strong>
      <p className="row-text" dir="auto">
        {cause}
      </p>
      <div className="chips">
        <Facts playbook={playbook} />
      </div>
      <p className="muted">{outcomeWords(outcomes)}</p>
    </li>
  );
}

/** Its origin, figure and effort, as chips. */
export function Facts({ playbook }: { playbook: Playbook }) {
  const { origin, effect, cost, feasibility } = playbook;
  const saves = effect && formatRange(effect.lowPct, effect.highPct);
  return (
    <>
      <Chip>{ORIGINS[origin] ?? humanize(origin)}</Chip>
      {saves && <Chip title="As its source says">−{saves}</Chip>}
      {cost && <Chip>{humanize(cost)} cost</Chip>}
      {feasibility !== null && <Chip>Feasible {feasibility}/10</Chip>}
    </>
  );
}

/** "3 proposed · 1 approved", without what never happened. */
export function outcomeWords(outcomes: Outcomes): string {
  if (outcomes.proposed === 0) return "Never proposed yet";
  const parts = (["proposed", "approved", "rejected", "implemented"] as const).map(
    (name) => [outcomes[name], name] as const,
  );
  return parts
    .filter(([number]) => number > 0)
    .map(([number, name]) => `${formatCount(number)} ${name}`)
    .join(" · ");
}
