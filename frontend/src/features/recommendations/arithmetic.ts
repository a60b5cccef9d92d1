/** One step of a calculation: what it is, and the figures. */
export interface Step {
  readonly name: string;
  readonly figures: string;
}

/**
 * "8 % to 12 % of 42 kg (122 - 80) = 3.36 to 5.04 kg; counted: the lower, if it holds. What is not known."
 * Without a range there is one percentage, and nothing is said of the lower one.
 */
const REDUCTION =
  /^(?<percent>[\d.]+ %(?: to [\d.]+ %)?) of (?<base>[^=()]+?)(?: \((?<difference>[^()]+)\))? = (?<amount>.+?)(?<lower>; counted: the lower)?, if (?<condition>.+?)\.(?: (?<rest>[A-Z].*))?$/;

/** The server's arithmetic taken apart into steps; a sentence that is none stays whole. */
export function arithmeticSteps(arithmetic: string): readonly Step[] {
  const found = REDUCTION.exec(arithmetic.trim())?.groups;
  if (!found) return arithmetic ? [{ name: "", figures: arithmetic }] : [];
  const { percent = "", base = "", difference, amount = "", lower, condition = "", rest } = found;
  const steps = [
    difference
      ? { name: "What is above the expected", figures: `${difference.replace(" - ", " − ")} = ${base}` }
      : { name: "What it applies to: all that was measured", figures: base },
    { name: "The source says", figures: percent },
    { name: "Reduction", figures: `${percent} of ${base} = ${amount}${lower ? "; the lower one is counted" : ""}` },
    { name: "Holds only if", figures: condition },
  ];
  return rest ? [...steps, { name: "Not taken in", figures: rest }] : steps;
}
