import type { Hotspot } from "../../services/rows/hotspot";
import { Icon } from "../../shared/Icon";
import { BandGlyph } from "./BandGlyph";
import { bandSentence, reasonSentence, ruleName } from "./reasons";

/** The rule, the reason and the band in words, before any figures. */
export function Why({ hotspot }: { hotspot: Hotspot }) {
  const band = bandSentence(hotspot);
  return (
    <div className="why" data-testid="hotspot-why" data-severity={hotspot.severity}>
      <p>
        <strong>{ruleName(hotspot)}.</strong> {reasonSentence(hotspot)}
      </p>
      {band && (
        <p className="why-band">
          <BandGlyph hotspot={hotspot} />
          {band}
        </p>
      )}
    </div>
  );
}

/** Who or what keeps it from asking for attention. */
export function SuppressedNote({ by }: { by: string }) {
  if (!by) return null;
  return (
    <p className="suppressed-note" data-testid="suppressed-note">
      <Icon name="mute" />
      <span>
        Hidden by <strong>{by}</strong>. It is stored and shown as always, and asks nobody.
      </span>
    </p>
  );
}
