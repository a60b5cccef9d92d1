import { http, HttpResponse } from "msw";
import { decidedNow, recommendationRow } from "./rows";
import { server } from "./server";

/** One request to decide several, as it came. */
export interface Sent {
  readonly body: { approve?: number[]; reject?: number[]; note: string; versions: Record<string, number> };
  readonly key: string | null;
}

const REASONS: Readonly<Record<string, string>> = {
  already_decided: "Already rejected by maria.",
  version_conflict: "It changed: this is version 9.",
};

/** Null: as it would be answered anyway. */
type Answer = () => Response | null | Promise<null>;

/**
 * Decides all but those of `refused`, by code; `answers` come first, in turn, instead.
 * Returns what was sent, which grows.
 */
export function serveDecisions(refused: Readonly<Record<number, string>> = {}, answers: Answer[] = []) {
  const sent: Sent[] = [];
  server.use(
    http.post("/api/recommendations/decide", async ({ request }) => {
      const body = (await request.json()) as Sent["body"];
      sent.push({ body, key: request.headers.get("Idempotency-Key") });
      return (await answers.shift()?.()) ?? HttpResponse.json({ results: results(body, refused) });
    }),
  );
  return sent;
}

function results({ approve = [], reject = [], note }: Sent["body"], refused: Readonly<Record<number, string>>) {
  const wanted = [...approve.map((id) => [id, "approved"] as const), ...reject.map((id) => [id, "rejected"] as const)];
  return wanted.map(([id, status]) => {
    const code = refused[id];
    if (code) return { id, ok: false, code, detail: REASONS[code] };
    return { id, ok: true, row: recommendationRow({ id, version: id * 10 + 1, note, ...decidedNow(status) }) };
  });
}
