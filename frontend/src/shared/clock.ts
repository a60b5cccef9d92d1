import { useSyncExternalStore } from "react";
import { serverNow } from "../services/http";

const TICK_MS = 1000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => listeners.forEach((notify) => notify()), TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/**
 * A value made from the server's time (milliseconds since 1970), looked at every second.
 * The component renders again only when the value has changed.
 */
export function useTicking<Value extends string | number | boolean>(
  read: (nowMs: number) => Value,
): Value {
  return useSyncExternalStore(subscribe, () => read(serverNow()));
}
