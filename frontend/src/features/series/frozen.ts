import { serverNow } from "../../services/http";
import type { Series } from "../../services/rows/series";

/** Until when nothing is learned; null once that is over. */
export function frozenUntil({ frozenUntil: until }: Series): string | null {
  return until !== null && Date.parse(until) > serverNow() ? until : null;
}
