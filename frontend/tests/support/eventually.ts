/** Waits until `check` holds; long enough for a machine that is busy with other things. */
export const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 8_000 });
