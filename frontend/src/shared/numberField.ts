const NUMBER = /^[-+]?\d+([.,]\d+)?$/;
/** A thousand to one reader and one to another. */
const AMBIGUOUS = /,\d{3}$/;

/** A number as people type it, with a point or a comma for the decimals; null for what is none or could be two. */
export function parseFinite(text: string): number | null {
  const plain = text.trim().replace("−", "-");
  if (!NUMBER.test(plain) || AMBIGUOUS.test(plain)) return null;
  const value = Number(plain.replace(",", "."));
  return Number.isFinite(value) ? value : null;
}
