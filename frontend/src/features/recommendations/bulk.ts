import { isFinal, post } from "../../services/http";
import { list, object, textOrEmpty, type JsonObject } from "../../services/rows/decode";
import { parseRecommendation, type Recommendation } from "../../services/rows/recommendation";
import { Overtaken, undo, type Verdict } from "./decisions";

/** As many as the server decides in one request. */
export const MOST_AT_ONCE = 500;

/**
 * `unsent` and `unknown` are about the request as a whole: refused, or without an answer.
 * Both may be sent again, and nothing is done twice.
 */
type Result = "done" | "refused" | "unsent" | "unknown";

/** What became of one row of many. */
export interface Outcome {
  /** As the answer has it, else as it was seen. */
  readonly row: Recommendation;
  readonly asked: "decision" | "undo";
  readonly result: Result;
  /** Why it was not done, in the server's words; empty if it was. */
  readonly refusal: string;
}

/** Decides each row as it was seen, in one request: one that is refused does not hold the others up. */
export async function decideAll(
  rows: readonly Recommendation[],
  verdict: Verdict,
  note: string,
): Promise<readonly Outcome[]> {
  const versions = Object.fromEntries(rows.map(({ id, version }) => [id, version]));
  const command = { [verdict]: rows.map(({ id }) => id), note, versions };
  try {
    const answers = answersById(await post("/api/recommendations/decide", command));
    return rows.map((row) => outcomeOf(row, answers.get(row.id)));
  } catch (error) {
    const result = isFinal(error) ? "unsent" : "unknown";
    return rows.map((row) => ({ row, asked: "decision", result, refusal: wordsOf(error) }));
  }
}

function answersById(body: unknown): ReadonlyMap<unknown, JsonObject> {
  const results = list(object(body, "decisions")["results"], "results");
  return new Map(results.map((result) => object(result, "result")).map((result) => [result["id"], result]));
}

function outcomeOf(seen: Recommendation, answer: JsonObject = {}): Outcome {
  const asked = "decision";
  if (answer["ok"] === true) return { row: parseRecommendation(answer["row"]), asked, result: "done", refusal: "" };
  if (answer["ok"] === false) return { row: seen, asked, result: "refused", refusal: reasonOf(answer) };
  return { row: seen, asked, result: "unknown", refusal: "The server did not say what became of it." };
}

/** In the server's words; those of a conflict are about versions, which nobody sees. */
function reasonOf(answer: JsonObject): string {
  return answer["code"] === "version_conflict" ? "It changed since it was ticked." : textOrEmpty(answer, "detail");
}

/** Takes one decision back. */
export async function takeBack(seen: Recommendation): Promise<Outcome> {
  const asked = "undo";
  try {
    return { row: await undo(seen), asked, result: "done", refusal: "" };
  } catch (error) {
    const overtaken = error instanceof Overtaken;
    const result = overtaken || isFinal(error) ? "refused" : "unknown";
    return { row: overtaken ? error.row : seen, asked, result, refusal: wordsOf(error) };
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const DECIDED = { approve: "approved", reject: "rejected" } as const;

/** The outcome as it looks now: a "yes" whose answer was lost is refused the second time, and was done. */
export function settled(outcome: Outcome, now: Recommendation, verdict: Verdict, username: string): Outcome {
  const { asked, result } = outcome;
  const isOwn = now.status === DECIDED[verdict] && now.decidedBy === username;
  if (asked === "decision" && result === "refused" && isOwn) return { row: now, asked, result: "done", refusal: "" };
  return { ...outcome, row: now };
}

/** "2 approved, 1 refused." */
export function summary(verdict: Verdict, outcomes: readonly Outcome[]): string {
  const count = (fits: (outcome: Outcome) => boolean) => outcomes.filter(fits).length;
  const parts = [
    [count((outcome) => isDecided(outcome)), DECIDED[verdict]],
    [count(({ asked, result }) => asked === "undo" && result === "done"), "taken back"],
    [count(({ result }) => result === "refused"), "refused"],
    [count(({ result }) => result === "unsent"), "not done"],
    [count(({ result }) => result === "unknown"), "not known"],
  ] as const;
  const told = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  return `${told.join(", ")}.`;
}

export const isDecided = ({ asked, result }: Outcome): boolean => asked === "decision" && result === "done";
