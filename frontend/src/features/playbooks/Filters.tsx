import type { Playbook } from "../../services/rows/playbook";
import { humanize } from "../../shared/format";
import { Icon } from "../../shared/Icon";
import { useParam } from "../../shared/urlState";
import { NO_FILTERS, usePlaybooks, type PlaybookFilters } from "./api";

export const ORIGINS: Readonly<Record<string, string>> = { shipped: "Shipped", document: "From documents" };

/** Search and three choices; what can be chosen is what some playbook names. */
export function Filters({ filters }: { filters: PlaybookFilters }) {
  const { data: all = [] } = usePlaybooks(NO_FILTERS);
  return (
    <div className="list-search playbook-filters" role="search" aria-label="Playbooks">
      <Search />
      <Choice name="origin" label="Origin" every="Origin" chosen={filters.origin} options={Object.keys(ORIGINS)} />
      <Choice
        name="kind"
        label="Entity type"
        every="Entity"
        chosen={filters.entity_type}
        options={named(all, ({ appliesTo }) => appliesTo.entityTypes)}
      />
      <Choice
        name="metric"
        label="Metric"
        every="Metric"
        chosen={filters.metric}
        options={named(all, ({ appliesTo }) => appliesTo.metrics)}
      />
    </div>
  );
}

function named(playbooks: readonly Playbook[], read: (playbook: Playbook) => readonly string[]): string[] {
  return [...new Set(playbooks.flatMap(read))].sort();
}

function Search() {
  const [search, setSearch] = useParam("q");
  return (
    <label className="search">
      <Icon name="search" />
      <input
        type="search"
        data-testid="playbook-search"
        placeholder="Find in titles and passages"
        aria-label="Find in titles and passages"
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
    </label>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly every: string;
  readonly chosen: string;
  readonly options: readonly string[];
}

function Choice({ name, label, every, chosen, options }: ChoiceProps) {
  const [, choose] = useParam(name);
  const known = chosen && !options.includes(chosen) ? [...options, chosen] : options;
  return (
    <select aria-label={label} value={chosen} onChange={(event) => choose(event.target.value)}>
      <option value="">{every}</option>
      {known.map((option) => (
        <option key={option} value={option}>
          {ORIGINS[option] ?? humanize(option)}
        </option>
      ))}
    </select>
  );
}
