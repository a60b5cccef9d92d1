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

/** The address of this page with one query parameter changed; an empty value removes it. */
export function withParam(name: string, value: string): string {
  const url = new URL(window.location.href);
  if (value) url.searchParams.set(name, value);
  else url.searchParams.delete(name);
  return url.pathname + url.search;
}

/** `push` makes an entry that the browser's back button returns from. */
export function setParam(name: string, value: string, { push = false } = {}): void {
  const address = withParam(name, value);
  if (push) window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
  notify();
}

/** A query parameter as state: what is on the screen can be bookmarked and sent to somebody. */
export function useParam(name: string): [string, (value: string) => void] {
  const read = () => new URLSearchParams(window.location.search).get(name) ?? "";
  const value = useSyncExternalStore(subscribe, read);
  const set = useCallback((next: string) => setParam(name, next), [name]);
  return [value, set];
}

const DETAIL = "hotspot";

/** The hotspot whose detail is open, null for none. */
export function useOpenHotspot(): number | null {
  const [value] = useParam(DETAIL);
  return /^\d+$/.test(value) ? Number(value) : null;
}

export const hotspotAddress = (id: number): string => withParam(DETAIL, String(id));
export const openHotspot = (id: number): void => setParam(DETAIL, String(id), { push: true });
export const closeHotspot = (): void => setParam(DETAIL, "", { push: true });
