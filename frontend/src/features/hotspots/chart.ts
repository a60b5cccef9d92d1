import uPlot from "uplot";
import { formatNumber } from "../../shared/format";
import type { Point } from "./series";

/** The detector's default threshold; `evidence.threshold` overrides it. */
export const ANOMALY_SCORE = 0.168;
const DAY_SECONDS = 86_400;

export interface ChartColors {
  readonly text: string;
  readonly grid: string;
  readonly value: string;
  readonly expected: string;
  readonly band: string;
  readonly anomaly: string;
}

/** The theme's colors as a canvas needs them: resolved by the browser on an element in `host`. */
export function chartColors(host: Element): ChartColors {
  const probe = host.appendChild(document.createElement("i"));
  const color = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colors = {
    text: color("text-3"),
    grid: color("line"),
    value: color("chart-value"),
    expected: color("chart-expected"),
    band: color("chart-band"),
    anomaly: color("critical"),
  };
  probe.remove();
  return colors;
}

/** Columns for uPlot: time, lower, upper, expected, value, and the value of anomalous readings. */
export function chartData(points: readonly Point[], threshold: number): uPlot.AlignedData {
  const anomalous = (point: Point) => point.score !== null && point.score >= threshold;
  return [
    points.map((point) => point.time),
    points.map((point) => point.lower),
    points.map((point) => point.upper),
    points.map((point) => point.expected),
    points.map((point) => point.value),
    points.map((point) => (anomalous(point) ? point.value : null)),
  ];
}

export function chartOptions(
  width: number,
  height: number,
  unit: string,
  colors: ChartColors,
): uPlot.Options {
  const axis = {
    stroke: colors.text,
    grid: { stroke: colors.grid, width: 1 },
    ticks: { show: false },
    font: "11px system-ui, sans-serif",
  };
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    scales: { x: { time: true } },
    axes: [
      { ...axis, size: 28, space: 70, values: timeLabels },
      { ...axis, size: 52, label: unit, labelSize: 16, labelFont: "11px system-ui, sans-serif" },
    ],
    bands: [{ series: [2, 1], fill: colors.band }],
    hooks: { setLegend: [showLatestByDefault], ready: [showLatestByDefault] },
    cursor: { y: false, points: { size: 6 } },
    series: chartSeries(colors),
  };
}

/** Away from the cursor the legend tells the latest reading. */
function showLatestByDefault(plot: uPlot): void {
  if (plot.legend.idx == null) plot.setLegend({ idx: plot.data[0].length - 1 }, false);
}

function chartSeries(colors: ChartColors): uPlot.Series[] {
  const value = (_plot: uPlot, number: number | null) => formatNumber(number);
  const edge = { stroke: "transparent", points: { show: false }, value };
  return [
    { label: "Time", value: (_plot, time) => (time === null ? "—" : formatTime(time)) },
    { ...edge, label: "Low" },
    { ...edge, label: "High" },
    {
      label: "Expected",
      value,
      stroke: colors.expected,
      width: 1,
      dash: [4, 3],
      points: { show: false },
    },
    { label: "Value", value, stroke: colors.value, width: 1.5, points: { show: false } },
    {
      label: "Anomaly",
      value,
      stroke: "transparent",
      points: { show: true, size: 7, width: 1.5, stroke: colors.anomaly, fill: colors.anomaly },
    },
  ];
}

/** Hours within a day, days beyond it: in the reader's zone, on a 24-hour clock. */
function timeLabels(_plot: uPlot, splits: number[], _axis: number, _space: number, step: number): string[] {
  const wide = step >= DAY_SECONDS;
  return splits.map((time) =>
    wide
      ? format({ month: "short", day: "numeric" }, time)
      : format({ hour: "2-digit", minute: "2-digit", ...(step < 60 && { second: "2-digit" }) }, time),
  );
}

function formatTime(time: number): string {
  const clock = { hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
  return format({ month: "short", day: "numeric", ...clock }, time);
}

function format(options: Intl.DateTimeFormatOptions, seconds: number): string {
  return new Intl.DateTimeFormat("en-US", { ...options, hourCycle: "h23" }).format(seconds * 1000);
}
