import type { Hotspot } from "../../services/rows/hotspot";
import { formatQuantity } from "../../shared/format";

const WIDTH = 72;

/** The value as a tick against the expected band, to scale; nothing where there is no band. */
export function BandGlyph({ hotspot }: { hotspot: Hotspot }) {
  const { value, expectedLow: low, expectedHigh: high, unit } = hotspot;
  if (value === null || low === null || high === null) return null;
  const from = Math.min(low, value);
  const span = Math.max(high, value) - from || 1;
  const x = (number: number) => 3 + ((number - from) / span) * (WIDTH - 6);
  const label = `Expected ${formatQuantity(low, unit)} to ${formatQuantity(high, unit)}`;
  return (
    <svg className="band" viewBox={`0 0 ${WIDTH} 12`} role="img" aria-label={label}>
      <title>{label}</title>
      <line x1="0" x2={WIDTH} y1="6" y2="6" />
      <rect x={x(low)} width={Math.max(2, x(high) - x(low))} y="3" height="6" rx="1.5" />
      <circle cx={x(value)} cy="6" r="3" />
    </svg>
  );
}
