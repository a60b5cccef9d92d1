/**
 * Remembers what has the focus and what that stands in. The function gives the focus back to the innermost of it that
 * is left, where it would be lost otherwise: with `leaving`, the part that goes, or with a button that has gone.
 */
export function rememberFocus(): (leaving?: Element | null) => void {
  const places = [...placesAround(document.activeElement)];
  return (leaving) => {
    const active = document.activeElement;
    const lost = !active || active === document.body || !canFocus(active) || leaving?.contains(active);
    if (lost) places.find(canFocus)?.focus();
  };
}

/** An element and what can take the focus around it; a row takes it with its link. */
function* placesAround(element: Element | null): Generator<HTMLElement> {
  for (let at = element; at && at !== document.body; at = at.parentElement) {
    if (at instanceof HTMLElement && at.matches("a, button, input, select, textarea, [tabindex]")) yield at;
    const link = at.matches("li") ? at.querySelector<HTMLElement>(":scope > [data-row]") : null;
    if (link) yield link;
  }
}

const canFocus = (element: Element): boolean =>
  element.isConnected && !element.matches(":disabled") && (element.checkVisibility?.() ?? true);
