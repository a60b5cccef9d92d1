import { formatQuantity } from "./format";

interface ScaleBarsProps {
  readonly predicted: number;
  readonly realised: number;
  readonly unit: string;
}

const WIDTH = 240;
const BAR = 9;
const GAP = 4;

/** Predicted above realised on one scale; what got worse goes to the left of the line. */
export function ScaleBars({ predicted, realised, unit }: ScaleBarsProps) {
  const low = Math.min(0, predicted, realised);
  const high = Math.max(0, predicted, realised);
  const scale = high > low ? WIDTH / (high - low) : 0;
  const bar = (value: number, row: number, name: string) => (
    <rect
      className={name}
      x={(Math.min(0, value) - low) * scale}
      y={row * (BAR + GAP)}
      width={Math.abs(value) * scale}
      height={BAR}
    />
  );
  const label = `Predicted ${formatQuantity(predicted, unit)}, realised ${formatQuantity(realised, unit)}`;
  const zero = -low * scale;
  return (
    <svg className="scale-bars" viewBox={`-1 -2 ${WIDTH + 2} ${2 * BAR + GAP + 4}`} role="img" aria-label={label}>
      {bar(predicted, 0, "predicted")}
      {bar(realised, 1, "realised")}
      <line x1={zero} x2={zero} y1={-2} y2={2 * BAR + GAP + 2} />
    </svg>
  );
}
