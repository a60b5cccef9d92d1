import { PERIODS, type Period, type Series } from "../../services/rows/series";
import { formatAge, formatCount, formatDateTime, formatNumber, formatQuantity } from "../../shared/format";
import { frozenUntil } from "./frozen";

export const PERIOD_NAMES: Readonly<Record<Period, string>> = {
  reading: "a reading",
  hour: "an hour",
  day: "a day",
  month: "a month",
};

type Fact = readonly [name: string, value: string];

export function SeriesFacts({ series }: { series: Series }) {
  return (
    <dl className="facts">
      {facts(series).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function facts(series: Series): Fact[] {
  const { unit, lastValue, lastTime, count, intervalSeconds, provisionalBaseline } = series;
  const frozen = frozenUntil(series);
  const list: Fact[] = [
    ["Threshold", threshold(series)],
    ["Targets", targets(series)],
    ["Last reading", `${formatQuantity(lastValue, unit)}, ${formatDateTime(lastTime)}`],
    ["Readings", readings(count, intervalSeconds)],
  ];
  if (series.learning) list.push(["Learning", "Too few readings yet: the anomaly rule is off, targets hold."]);
  if (provisionalBaseline !== null) {
    list.push(["Provisional baseline", `${formatQuantity(provisionalBaseline, unit)}, the median of its peers`]);
  }
  if (frozen) list.push(["Frozen", `It keeps its old normal until ${formatDateTime(frozen)}.`]);
  return list;
}

function threshold({ threshold: own, effectiveThreshold }: Series): string {
  if (own !== null) return `${formatNumber(own)}, its own`;
  return effectiveThreshold === null ? "—" : `${formatNumber(effectiveThreshold)}, the general one`;
}

function targets({ targets: known, unit }: Series): string {
  const set = PERIODS.flatMap((period) => {
    const value = known[period];
    return value === undefined ? [] : [`${formatQuantity(value, unit)} ${PERIOD_NAMES[period]}`];
  });
  return set.join(", ") || "None";
}

function readings(count: number, intervalSeconds: number | null): string {
  const every = intervalSeconds === null ? "" : `, one every ${formatAge(Math.max(2, intervalSeconds) * 1000)}`;
  return `${formatCount(count)}${every}`;
}
