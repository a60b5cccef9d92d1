import { lazy, Suspense } from "react";
import { formatQuantity } from "../format";
import { Skeleton } from "../marks";
import { columnsOf, type ChartContent } from "./data";
import type { PlotProps } from "./Plot";

const Plot = lazy(() => import("./Plot"));

/** A chart of readings; the library that draws it comes with the first one. */
export function Chart(props: PlotProps) {
  return (
    <Suspense fallback={<Skeleton lines={5} />}>
      <Plot {...props} />
    </Suspense>
  );
}

/** "120 readings of energy at Plant, between 2 kWh and 9 kWh"; "means" where they stand for many. */
export function chartLabel(content: ChartContent, metric: string, entity: string): string {
  const { points, unit } = content;
  const values = points.flatMap(({ value, low, high }) => [low ?? value, high ?? value]);
  const known = values.filter((value) => value !== null);
  const noun = columnsOf(content).includes("high") ? "means" : "readings";
  const range = `between ${formatQuantity(Math.min(...known), unit)} and ${formatQuantity(Math.max(...known), unit)}`;
  return `${points.length} ${noun} of ${metric} at ${entity}, ${range}`;
}
