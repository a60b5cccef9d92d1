import { closeHotspot } from "../shared/urlState";

/** Closes the drawer; the focus goes back to the row that it was opened from. */
export function closeDetail(): void {
  if (!document.querySelector(".drawer")) return;
  const row = document.querySelector<HTMLElement>(".pane [data-selected] [data-row]");
  closeHotspot();
  row?.focus();
}
