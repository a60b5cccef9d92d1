import { useEffect } from "react";

const OPEN = "details.popover[open]";

/** True when there was one to close. */
export function closePopovers(except: Element | null = null): boolean {
  const open = [...document.querySelectorAll<HTMLDetailsElement>(OPEN)];
  const others = open.filter((popover) => popover !== except);
  others.forEach((popover) => (popover.open = false));
  return others.length > 0;
}

/** A press anywhere else closes what is open. */
export function useClosingPopovers(): void {
  useEffect(() => {
    const close = ({ target }: PointerEvent) =>
      void closePopovers(target instanceof Element ? target.closest(OPEN) : null);
    document.addEventListener("pointerdown", close);
    return () => document.removeEventListener("pointerdown", close);
  }, []);
}
