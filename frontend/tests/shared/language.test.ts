import { describe, expect, it } from "vitest";
import { settleLanguage } from "../../src/shared/language";

function settled(language: string): string {
  const navigator = { language } as Navigator;
  settleLanguage(navigator);
  return navigator.language;
}

describe("settleLanguage", () => {
  it("leaves a language alone that Intl accepts", () => {
    expect(settled("de-CH")).toBe("de-CH");
  });

  it.each(["en-US@posix", "C", ""])("replaces %j, which Intl refuses", (language) => {
    expect(settled(language)).toBe("en-US");
  });
});
