/**
 * Puts a language that Intl accepts in place of one that it refuses. Chromium under a POSIX locale
 * calls its language "en-US@posix"; uPlot formats numbers with it while it is being loaded, and the
 * error would leave the page empty. Import this before anything that brings uPlot along.
 */
export function settleLanguage(navigator: Navigator): void {
  try {
    Intl.getCanonicalLocales(navigator.language);
  } catch {
    Object.defineProperty(navigator, "language", { value: "en-US", configurable: true });
  }
}

settleLanguage(window.navigator);
