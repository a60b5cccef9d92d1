const FIRST_CEILING_MS = 500;
const LAST_CEILING_MS = 30_000;

/**
 * Wait before reconnect attempt `attempt` (0, 1, 2 …), in milliseconds.
 * Full jitter, so that the clients of a restarted server do not all come back at the same instant.
 */
export function reconnectDelayMs(attempt: number, random: () => number = Math.random): number {
  const ceilingMs = Math.min(LAST_CEILING_MS, FIRST_CEILING_MS * 2 ** Math.min(attempt, 16));
  return Math.round(random() * ceilingMs);
}

/** One pending attempt at a time, each later than the one before it until `succeeded()`. */
export class Retry {
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #action: (() => void) | null = null;

  /**
   * Runs `action` after the next delay and returns when that will be (milliseconds since 1970).
   * `atLeastMs` is a wait that the server asked for; the jitter comes on top of it.
   */
  schedule(action: () => void, atLeastMs = 0): number {
    this.cancel();
    const delayMs = atLeastMs + reconnectDelayMs(this.#attempt++);
    this.#action = action;
    this.#timer = setTimeout(() => this.now(), delayMs);
    return Date.now() + delayMs;
  }

  /** Runs the pending attempt at once; does nothing when none is pending. */
  now(): void {
    const action = this.#action;
    this.cancel();
    action?.();
  }

  /** The connection has proven itself: the next failure starts with the shortest delay again. */
  succeeded(): void {
    this.#attempt = 0;
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#action = null;
  }
}
