/** A text around a quote that stands in it. */
export interface Quoted {
  readonly before: string;
  readonly quote: string;
  readonly after: string;
}

const SPECIAL = /[.*+?^${}()|[\]\\]/g;

/** Finds a quote word for word, however lines are broken; null where it does not stand. */
export function findQuote(text: string, quote: string): Quoted | null {
  const words = quote.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const found = new RegExp(words.map((word) => word.replace(SPECIAL, "\\$&")).join("\\s+")).exec(text);
  if (!found) return null;
  const end = found.index + found[0].length;
  return { before: text.slice(0, found.index), quote: found[0], after: text.slice(end) };
}
