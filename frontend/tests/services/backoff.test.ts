import { reconnectDelayMs, Retry } from "../../src/services/streams/backoff";

describe("reconnectDelayMs", () => {
  it("doubles its ceiling from 500 ms up to 30 s", () => {
    const ceilings = [0, 1, 2, 3, 10, 1000].map((attempt) => reconnectDelayMs(attempt, () => 1));
    expect(ceilings).toEqual([500, 1000, 2000, 4000, 30_000, 30_000]);
  });

  it("spreads over everything from zero to the ceiling", () => {
    expect(reconnectDelayMs(3, () => 0)).toBe(0);
    expect(reconnectDelayMs(3, () => 0.25)).toBe(1000);
  });
});

describe("Retry", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, "random").mockReturnValue(1);
  });

  it("waits longer each time and starts again after a success", () => {
    const retry = new Retry();
    const delay = () => retry.schedule(() => {}) - Date.now();
    expect([delay(), delay(), delay()]).toEqual([500, 1000, 2000]);
    retry.succeeded();
    expect(delay()).toBe(500);
  });

  it("adds its jitter to the wait that the server asked for", () => {
    const action = vi.fn();
    new Retry().schedule(action, 3000);
    vi.advanceTimersByTime(3499);
    expect(action).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledOnce();
  });

  it("runs a pending attempt at once, and only once", () => {
    const retry = new Retry();
    const action = vi.fn();
    retry.schedule(action);
    retry.now();
    retry.now();
    vi.advanceTimersByTime(60_000);
    expect(action).toHaveBeenCalledOnce();
  });
});
