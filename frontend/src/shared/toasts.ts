import type { Severity } from "../services/rows/hotspot";

export const MAX_TOASTS = 3;
export const TOAST_MS = 20_000;

export interface Toast {
  /** A second toast with the same key replaces the first. */
  readonly key: string;
  readonly kind: "critical" | "error" | "success";
  readonly title: string;
  readonly text: string;
  readonly hotspotId?: number;
  readonly severity?: Severity;
}

export interface ToastState {
  readonly toasts: readonly Toast[];
  /** How many were pushed out by newer ones since the stack was last empty. */
  readonly hidden: number;
}

const EMPTY: ToastState = { toasts: [], hidden: 0 };
let state = EMPTY;
const listeners = new Set<() => void>();

function set(next: ToastState): void {
  state = next.toasts.length === 0 ? EMPTY : next;
  listeners.forEach((listener) => listener());
}

export function showToast(toast: Toast): void {
  const others = state.toasts.filter(({ key }) => key !== toast.key);
  const stack = [toast, ...others];
  const overflow = Math.max(0, stack.length - MAX_TOASTS);
  set({ toasts: stack.slice(0, MAX_TOASTS), hidden: state.hidden + overflow });
}

export function dismissToast(key: string): void {
  set({ ...state, toasts: state.toasts.filter((toast) => toast.key !== key) });
}

export function dismissAll(): void {
  set(EMPTY);
}

export function subscribeToasts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const getToasts = (): ToastState => state;

/** Tells that `action` failed, in the server's words. */
export function showFailure(action: string, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  showToast({ key: `error:${action}`, kind: "error", title: `Could not ${action}`, text });
}
