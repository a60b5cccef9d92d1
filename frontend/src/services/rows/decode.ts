/** What the server sent does not have the promised shape. */
export class ShapeError extends Error {
  override name = "ShapeError";
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function object(value: unknown, what: string): JsonObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ShapeError(`${what} is not an object`);
  }
  return value as JsonObject;
}

export function list(value: unknown, what: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ShapeError(`${what} is not a list`);
  return value;
}

export function integer(from: JsonObject, key: string): number {
  const value = from[key];
  if (!Number.isSafeInteger(value)) throw new ShapeError(`${key} is not an integer`);
  return value as number;
}

export function text(from: JsonObject, key: string): string {
  const value = from[key];
  if (typeof value !== "string") throw new ShapeError(`${key} is not a text`);
  return value;
}

/** Null for an absent or null number; a decimal that was sent as a text counts as a number. */
export function numberOrNull(from: JsonObject, key: string): number | null {
  const value = from[key];
  if (value === null || value === undefined || value === "") return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}

/** 0 for an absent or null count. */
export const count = (from: JsonObject, key: string): number => numberOrNull(from, key) ?? 0;

/** Empty for an absent or null text. */
export function textOrEmpty(from: JsonObject, key: string): string {
  const value = from[key];
  return typeof value === "string" ? value : "";
}

/** An absent or empty time is null, never an invalid date. */
export function timeOrNull(from: JsonObject, key: string): string | null {
  const value = from[key];
  return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? value : null;
}

/** The name of a user, whether it comes alone or as an object. */
export function userOrNull(from: JsonObject, key: string): string | null {
  const value = from[key];
  if (typeof value === "string" && value !== "") return value;
  if (typeof value !== "object" || value === null) return null;
  const { username } = value as JsonObject;
  return typeof username === "string" ? username : null;
}

export function oneOf<const Values extends readonly string[]>(
  from: JsonObject,
  key: string,
  values: Values,
): Values[number] {
  const value = from[key];
  if (typeof value === "string" && values.includes(value)) return value;
  throw new ShapeError(`${key} is none of ${values.join(", ")}`);
}

/** The texts of a list; empty for anything else. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}

/** The texts of an object by their names; numbers are written out, everything else is left out. */
export function textMap(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  const known = Object.entries(value).filter(([, entry]) => ["string", "number"].includes(typeof entry));
  return Object.fromEntries(known.map(([name, entry]) => [name, String(entry)]));
}

/** The numbers of an object by their names. */
export function numberMap(value: unknown): Readonly<Record<string, number>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}
