import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";

const KEY = "emberwatch.theme";
const system = window.matchMedia("(prefers-color-scheme: light)");
const listeners = new Set<() => void>();

function stored(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === "light" || value === "dark" ? value : null;
  } catch {
    return null; // storage can be switched off; the system's choice remains
  }
}

let chosen = stored();

export function currentTheme(): Theme {
  return chosen ?? (system.matches ? "light" : "dark");
}

function apply(): void {
  document.documentElement.dataset["theme"] = currentTheme();
  listeners.forEach((listener) => listener());
}

/** Sets the theme before the first paint and follows the system until the user chooses. */
export function startTheme(): void {
  system.addEventListener("change", apply);
  apply();
}

export function chooseTheme(theme: Theme): void {
  chosen = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // without storage the choice lasts as long as the page
  }
  apply();
}

export function useTheme(): Theme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentTheme);
}
