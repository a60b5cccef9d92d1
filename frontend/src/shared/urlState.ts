import { useCallback, useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
const notify = () => listeners.forEach((listener) => listener());

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  window.addEventListener("popstate", listener);
  return () => {
    listeners.delete(listener);
    window.removeEventListener("popstate", listener);
  };
}

/** Query parameters by name; an empty value removes one. */
export type Params = Readonly<Record<string, string>>;

/** The address of this page with some query parameters changed. */
export function withParams(changes: Params): string {
  const url = new URL(window.location.href);
  for (const [name, value] of Object.entries(changes)) {
    if (value) url.searchParams.set(name, value);
    else url.searchParams.delete(name);
  }
  return url.pathname + url.search;
}

/** `push` makes an entry that the browser's back button returns from. */
export function setParams(changes: Params, { push = false } = {}): void {
  const address = withParams(changes);
  if (push) window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
  notify();
}

/** Notes where the reader leaves this place, for when the browser's way back leads here again. */
export const noteLeaving = (address: string): void => window.history.replaceState({ leftFor: address }, "");
export const wasLeftFor = (address: string): boolean =>
  (window.history.state as { readonly leftFor?: unknown } | null)?.leftFor === address;

/** A query parameter as state: what is on the screen can be bookmarked and sent to somebody. */
export function useParam(name: string): [string, (value: string) => void] {
  const read = () => new URLSearchParams(window.location.search).get(name) ?? "";
  const value = useSyncExternalStore(subscribe, read);
  const set = useCallback((next: string) => setParams({ [name]: next }), [name]);
  return [value, set];
}

/** A query parameter that names a row by its id, null for none. */
export function useIdParam(name: string): number | null {
  const [value] = useParam(name);
  return /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/** What belongs to one page only: no other page keeps it. */
const NOWHERE: Params = {
  page: "",
  hotspot: "",
  series: "",
  range: "",
  upload: "",
  state: "",
  playbook: "",
  section: "",
  quote: "",
  origin: "",
  kind: "",
  metric: "",
  q: "",
};

export const atHotspot = (id: number): Params => ({ ...NOWHERE, hotspot: String(id) });
export const atPage = (page: string): Params => ({ ...NOWHERE, page });
export const atSeries = (id: number): Params => ({ ...atPage("series"), series: String(id) });
export const atUpload = (id: number): Params => ({ ...atPage("uploads"), upload: String(id) });

export const atPlaybook = (slug: string): Params => ({ ...atPage("playbooks"), playbook: slug });

const QUOTE_CHARACTERS = 400;

/** A section of a playbook with a quote to be pointed out; the beginning of a long one is enough. */
export const atPassage = (slug: string, section: string, quote: string): Params => ({
  ...atPlaybook(slug),
  section,
  quote: quote.slice(0, QUOTE_CHARACTERS),
});

/** The hotspot whose detail is open, null for none. */
export const useOpenHotspot = (): number | null => useIdParam("hotspot");
export const closeHotspot = (): void => setParams({ hotspot: "" }, { push: true });
