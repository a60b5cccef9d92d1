import { count, list, numberOrNull, object, text, textOrEmpty, texts, type JsonObject } from "./decode";

/** Where a playbook may be proposed; an empty list means everywhere. */
export interface AppliesTo {
  readonly entityTypes: readonly string[];
  readonly metrics: readonly string[];
  readonly sectors: readonly string[];
  readonly sides: readonly string[];
}

/** By how much a source says it reduces (percent), of what (`scope`), and what has to hold for that. */
export interface PlaybookEffect {
  readonly lowPct: number;
  readonly highPct: number;
  readonly basis: string;
  readonly scope: string;
  readonly condition: string;
  readonly quote: string;
  readonly calculations: readonly string[];
}

/** `quote` is verbatim, `facts` are in the playbook's own words. */
export interface Source {
  readonly title: string;
  readonly publisher: string;
  readonly url: string;
  readonly year: number | null;
  readonly licence: string;
  readonly accessed: string;
  readonly quote: string;
  readonly facts: readonly string[];
}

/** Sums in `unit` over the measures that have both a prediction and a measurement. */
export interface UnitOutcome {
  readonly unit: string;
  readonly measured: number;
  readonly predicted: number;
  readonly realised: number;
  /** Realised by predicted, null where nothing was predicted. */
  readonly ratio: number | null;
}

/** How many of its recommendations are in which state. */
export interface Outcomes {
  readonly proposed: number;
  readonly pending: number;
  readonly approved: number;
  readonly rejected: number;
  readonly implemented: number;
  readonly expired: number;
  readonly units: readonly UnitOutcome[];
}

export interface Passage {
  readonly section: string;
  readonly text: string;
}

/** What recommendations are written from. `passages` is empty in a list. */
export interface Playbook {
  readonly slug: string;
  readonly title: string;
  readonly edition: number | null;
  readonly origin: string;
  readonly appliesTo: AppliesTo;
  readonly cause: string;
  readonly cost: string;
  readonly feasibility: number | null;
  readonly paybackMonths: number | null;
  readonly effect: PlaybookEffect | null;
  readonly sources: readonly Source[];
  readonly outcomes: Outcomes;
  readonly passages: readonly Passage[];
}

/** Throws `ShapeError` when its name or title is missing. */
export function parsePlaybook(value: unknown): Playbook {
  const row = object(value, "playbook");
  return {
    slug: text(row, "slug"),
    title: text(row, "title"),
    edition: numberOrNull(row, "edition"),
    origin: textOrEmpty(row, "origin"),
    ...parseMeasure(row),
    appliesTo: parseAppliesTo(row["applies_to"]),
    effect: row["effect"] ? parseEffect(row["effect"]) : null,
    sources: many(row, "sources", parseSource),
    outcomes: parseOutcomes(row["outcomes"]),
    passages: many(row, "passages", parsePassage),
  };
}

function parseMeasure(row: JsonObject) {
  return {
    cause: textOrEmpty(row, "cause"),
    cost: textOrEmpty(row, "cost"),
    feasibility: numberOrNull(row, "feasibility"),
    paybackMonths: numberOrNull(row, "payback_months"),
  };
}

function parseAppliesTo(value: unknown): AppliesTo {
  const place = object(value ?? {}, "applies_to");
  return {
    entityTypes: texts(place["entity_type"]),
    metrics: texts(place["metric"]),
    sectors: texts(place["sector"]),
    sides: texts(place["side"]),
  };
}

function parseEffect(value: unknown): PlaybookEffect {
  const effect = object(value, "effect");
  return {
    lowPct: count(effect, "low_pct"),
    highPct: count(effect, "high_pct"),
    basis: textOrEmpty(effect, "basis"),
    scope: textOrEmpty(effect, "scope"),
    condition: textOrEmpty(effect, "condition"),
    quote: textOrEmpty(effect, "quote"),
    calculations: texts(effect["calculations"]),
  };
}

function parseSource(value: unknown): Source {
  const source = object(value, "source");
  return {
    title: textOrEmpty(source, "title"),
    publisher: textOrEmpty(source, "publisher"),
    url: textOrEmpty(source, "url"),
    year: numberOrNull(source, "year"),
    licence: textOrEmpty(source, "licence"),
    accessed: textOrEmpty(source, "accessed"),
    quote: textOrEmpty(source, "quote"),
    facts: texts(source["facts"]),
  };
}

function parseOutcomes(value: unknown): Outcomes {
  const outcomes = object(value ?? {}, "outcomes");
  return {
    proposed: count(outcomes, "proposed"),
    pending: count(outcomes, "pending"),
    approved: count(outcomes, "approved"),
    rejected: count(outcomes, "rejected"),
    implemented: count(outcomes, "implemented"),
    expired: count(outcomes, "expired"),
    units: many(outcomes, "units", parseUnit),
  };
}

function parseUnit(value: unknown): UnitOutcome {
  const sums = object(value, "unit");
  return {
    unit: textOrEmpty(sums, "unit"),
    measured: count(sums, "measured"),
    predicted: count(sums, "predicted"),
    realised: count(sums, "realised"),
    ratio: numberOrNull(sums, "ratio"),
  };
}

function parsePassage(value: unknown): Passage {
  const passage = object(value, "passage");
  return { section: textOrEmpty(passage, "section"), text: textOrEmpty(passage, "text") };
}

/** The rows of a list that may be left out. */
function many<Row>(from: JsonObject, key: string, read: (row: unknown) => Row): readonly Row[] {
  return from[key] === undefined || from[key] === null ? [] : list(from[key], key).map(read);
}
