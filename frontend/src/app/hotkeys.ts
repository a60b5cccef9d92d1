import { useEffect, useRef } from "react";
import { closeDetail } from "./closeDetail";
import { closePopovers } from "./popovers";
import { ENTITY_FILTER_ID } from "./Toolbar";

const ROW_STEPS: Readonly<Record<string, number>> = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };
const PANE_STEPS: Readonly<Record<string, number>> = { l: 1, ArrowRight: 1, h: -1, ArrowLeft: -1 };

/** The page's keys. Typing in a field and open dialogs keep theirs. */
export function useHotkeys(onHelp: () => void): void {
  const latest = useRef(onHelp);
  useEffect(() => {
    latest.current = onHelp;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => handleKey(event, () => latest.current());
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

function handleKey(event: KeyboardEvent, onHelp: () => void): void {
  const { key, target } = event;
  if (event.metaKey || event.ctrlKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (key === "Escape") return escape();
  if (isTyping(target) || (key.startsWith("Arrow") && scrolls(target))) return;
  if (act(key, onHelp)) event.preventDefault();
}

/** True when the key meant something here. */
function act(key: string, onHelp: () => void): boolean {
  const rowStep = ROW_STEPS[key];
  const paneStep = PANE_STEPS[key];
  if (rowStep !== undefined) return focusRow(rowStep);
  if (paneStep !== undefined) return focusPane(paneStep);
  if (key === "/") return focus(document.getElementById(ENTITY_FILTER_ID));
  if (key === "?") {
    onHelp();
    return true;
  }
  return pressInRow(key) || press(document, "pageHotkey", key);
}

/** First what lies on top: a menu, then the field that is being typed in, then the drawer. */
function escape(): void {
  if (closePopovers()) return;
  if (isTyping(document.activeElement)) (document.activeElement as HTMLElement).blur();
  else closeDetail();
}

/** The drawer and the detail of a page keep the arrow keys for scrolling. */
function scrolls(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(".drawer, .split-detail") !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input:not([type=checkbox]), textarea, select");
}

const rowsIn = (pane: Element | undefined): HTMLElement[] =>
  pane ? [...pane.querySelectorAll<HTMLElement>("[data-row]")] : [];

const panes = (): Element[] =>
  [...document.querySelectorAll("[data-pane]")].filter((pane) => pane.checkVisibility?.() ?? true);

function currentPane(): Element | undefined {
  return document.activeElement?.closest("[data-pane]") ?? panes()[0];
}

function focusRow(step: number): boolean {
  const rows = rowsIn(currentPane());
  const at = rows.findIndex((row) => row.closest("li")?.contains(document.activeElement));
  return focus(at < 0 ? rows[0] : rows[at + step]);
}

function focusPane(step: number): boolean {
  const all = panes();
  const at = all.findIndex((pane) => pane === currentPane());
  return focus(rowsIn(all[at + step])[0]);
}

function focus(element: HTMLElement | null | undefined): boolean {
  element?.focus();
  element?.scrollIntoView?.({ block: "nearest" });
  return Boolean(element);
}

function pressInRow(key: string): boolean {
  const row = document.activeElement?.closest("li");
  return row ? press(row, "hotkey", key) : false;
}

/** Clicks what carries the key within `part` of the page. */
function press(part: ParentNode, name: "hotkey" | "pageHotkey", key: string): boolean {
  const attribute = name === "hotkey" ? "[data-hotkey]" : "[data-page-hotkey]";
  const control = [...part.querySelectorAll<HTMLElement>(attribute)].find(({ dataset }) => dataset[name] === key);
  control?.click();
  return control !== undefined;
}
