import type { Recommendation } from "../../services/rows/recommendation";

const RETRIEVERS: Readonly<Record<string, string>> = {
  hybrid: "The passages were found by their meaning and by their words.",
  bm25: "The passages were found by their words alone.",
};

/** Why a language model did not write it, by the server's code. */
const FALLBACKS: Readonly<Record<string, string>> = {
  timeout: "it did not answer in time",
  connection_failed: "it could not be reached",
  rate_limited: "it was asked too often",
  server_error: "it failed",
  unauthorized: "it did not accept the key",
  bad_request: "it did not accept the request",
  truncated: "its answer was cut off",
  refused: "it declined to answer",
  invalid_output: "its answer did not have the form that was asked for",
  unknown_citation: "it cited a passage that it was not given",
  not_grounded: "it said something that the passages do not say",
  budget_spent: "the budget of the day is spent",
  circuit_open: "it failed several times and is left alone for a while",
  not_installed: "what is needed to call it is not installed",
};

const MODEL = "llm:";

/** How a recommendation came about, a sentence each. */
export function making({ retriever, generator, fallbackReason }: Recommendation): readonly string[] {
  return [RETRIEVERS[retriever] ?? `Found by ${retriever}.`, writing(generator), fallback(fallbackReason)].filter(Boolean);
}

function writing(generator: string): string {
  if (generator === "extractive") return "It is put together from the playbook's own sentences, without a language model.";
  if (!generator.startsWith(MODEL)) return generator && `Written by ${generator}.`;
  return `The language model ${generator.slice(MODEL.length)} worded it; every number and quote was checked against the passages.`;
}

function fallback(reason: string): string {
  if (!reason) return "";
  const code = reason.split(/[:\s]/, 1)[0] ?? "";
  return `A language model is set up and was not used: ${FALLBACKS[code] ?? reason}.`;
}
