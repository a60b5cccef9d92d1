import { SEVERITIES } from "../services/rows/hotspot";
import { humanize } from "../shared/format";
import { Icon } from "../shared/Icon";
import { SEVERITY_NAMES } from "../shared/marks";
import { useParam } from "../shared/urlState";
import { useOrder } from "../shared/filters";

export const ENTITY_FILTER_ID = "entity-filter";

/** Narrows all three panes; the address of the page carries every choice. */
export function Toolbar({ entityTypes }: { entityTypes: readonly string[] }) {
  return (
    <div className="toolbar" role="search" aria-label="Filters">
      <EntityFilter />
      <SeverityFilter />
      <TypeFilter entityTypes={entityTypes} />
      <OrderChoice />
      <SuppressedChoice />
    </div>
  );
}

function EntityFilter() {
  const [entity, setEntity] = useParam("entity");
  return (
    <label className="search">
      <Icon name="search" />
      <input
        id={ENTITY_FILTER_ID}
        type="search"
        placeholder="Filter by entity"
        aria-label="Filter by entity"
        value={entity}
        onChange={(event) => setEntity(event.target.value)}
      />
      <kbd aria-hidden="true">/</kbd>
    </label>
  );
}

function SeverityFilter() {
  const [chosen, choose] = useParam("severity");
  return (
    <div className="segmented" role="group" aria-label="Severity">
      <button type="button" aria-pressed={chosen === ""} onClick={() => choose("")}>
        All
      </button>
      {SEVERITIES.map((severity) => (
        <button
          key={severity}
          type="button"
          data-severity={severity}
          aria-pressed={chosen === severity}
          onClick={() => choose(chosen === severity ? "" : severity)}
        >
          {SEVERITY_NAMES[severity]}
        </button>
      ))}
    </div>
  );
}

function TypeFilter({ entityTypes }: { entityTypes: readonly string[] }) {
  const [type, setType] = useParam("type");
  const types = type && !entityTypes.includes(type) ? [...entityTypes, type] : entityTypes;
  return (
    <select aria-label="Entity type" value={type} onChange={(event) => setType(event.target.value)}>
      <option value="">All types</option>
      {types.map((known) => (
        <option key={known} value={known}>
          {humanize(known)}
        </option>
      ))}
    </select>
  );
}

function SuppressedChoice() {
  const [choice, choose] = useParam("suppressed");
  const shown = choice !== "hide";
  return (
    <label className="check">
      <input type="checkbox" checked={shown} onChange={() => choose(shown ? "hide" : "")} />
      Show suppressed
    </label>
  );
}

function OrderChoice() {
  const order = useOrder();
  const [, setOrder] = useParam("order");
  return (
    <select
      aria-label="Order"
      value={order}
      onChange={(event) => setOrder(event.target.value === "newest" ? "newest" : "")}
    >
      <option value="severity">Most severe first</option>
      <option value="newest">Newest first</option>
    </select>
  );
}
