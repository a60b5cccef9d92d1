import { useDeferredValue } from "react";
import { formatPlural } from "../../shared/format";
import { Failure, Notice, Skeleton } from "../../shared/marks";
import { Split } from "../../shared/Split";
import { atPage, useParam } from "../../shared/urlState";
import { usePlaybooks, type PlaybookFilters } from "./api";
import { Filters } from "./Filters";
import { PlaybookRow } from "./PlaybookRow";
import { PlaybookView } from "./PlaybookView";
import "./playbooks.css";

/** What recommendations are written from, and what came of it. */
export default function PlaybooksPage() {
  const [opened] = useParam("playbook");
  const filters = useFilters();
  const address = { q: filters.q, origin: filters.origin, kind: filters.entity_type, metric: filters.metric };
  return (
    <Split
      name="playbooks"
      title="Playbooks"
      back={{ ...atPage("playbooks"), ...address }}
      hint="Choose a playbook to see its passages, its sources and what came of it."
      opened={opened || null}
      detail={opened && <PlaybookView key={opened} slug={opened} />}
    >
      <Filters filters={filters} />
      <List filters={useDeferredValue(filters)} opened={opened} address={address} />
    </Split>
  );
}

/** The address carries what the list is narrowed to. */
function useFilters(): PlaybookFilters {
  const [q] = useParam("q");
  const [origin] = useParam("origin");
  const [entityType] = useParam("kind");
  const [metric] = useParam("metric");
  return { q: q.trim(), origin, entity_type: entityType, metric };
}

interface ListProps {
  readonly filters: PlaybookFilters;
  readonly opened: string;
  /** What the address of each row keeps. */
  readonly address: Readonly<Record<string, string>>;
}

function List({ filters, opened, address }: ListProps) {
  const { data: playbooks, error, refetch } = usePlaybooks(filters);
  if (!playbooks && error) {
    return <Failure title="The playbooks could not be loaded" error={error} onRetry={() => void refetch()} />;
  }
  if (!playbooks) return <Skeleton lines={7} />;
  const narrowed = Object.values(filters).some((value) => value !== "");
  if (playbooks.length === 0) {
    return (
      <Notice title={narrowed ? "Nothing matches" : "No playbooks"}>
        <p>{narrowed ? "No playbook fits all filters." : "They are loaded when the server is set up."}</p>
      </Notice>
    );
  }
  return (
    <>
      <p className="list-count" role="status">
        {formatPlural(playbooks.length, "playbook")}
      </p>
      <ul className="rows">
        {playbooks.map((playbook) => (
          <PlaybookRow key={playbook.slug} playbook={playbook} selected={playbook.slug === opened} address={address} />
        ))}
      </ul>
    </>
  );
}
