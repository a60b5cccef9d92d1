import uPlot from "uplot";
import { formatNumber } from "../format";
import type { Column, Mark } from "./data";
import { drawMarks } from "./marks";

const DAY_SECONDS = 86_400;
const FONT = "11px system-ui, sans-serif";

export interface ChartColors {
  readonly text: string;
  readonly grid: string;
  readonly value: string;
  readonly expected: string;
  readonly band: string;
  readonly spread: string;
  readonly target: string;
  readonly anomaly: string;
  readonly gone: string;
  readonly added: string;
}

const TOKENS: Readonly<Record<keyof ChartColors, string>> = {
  text: "text-3",
  grid: "line",
  value: "chart-value",
  expected: "chart-expected",
  band: "chart-band",
  spread: "chart-spread",
  target: "warn-mark",
  anomaly: "critical",
  gone: "text-3",
  added: "ember",
};

/** The theme's colors as a canvas needs them: resolved by the browser on an element in `host`. */
export function chartColors(host: Element): ChartColors {
  const probe = host.appendChild(document.createElement("i"));
  const color = (token: string) => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const colors = Object.entries(TOKENS).map(([name, token]) => [name, color(token)]);
  probe.remove();
  return Object.fromEntries(colors) as unknown as ChartColors;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly unit: string;
  readonly columns: readonly Column[];
  readonly colors: ChartColors;
  readonly marks: () => readonly Mark[];
}

export function chartOptions({ width, height, unit, columns, colors, marks }: Frame): uPlot.Options {
  const axis = { stroke: colors.text, grid: { stroke: colors.grid, width: 1 }, ticks: { show: false }, font: FONT };
  const at = (column: Column) => columns.indexOf(column) + 1;
  const bands: uPlot.Band[] = [{ series: [at("upper"), at("lower")], fill: colors.band }];
  if (columns.includes("high")) bands.push({ series: [at("high"), at("low")], fill: colors.spread });
  return {
    width,
    height,
    padding: [8, 8, 0, 0],
    scales: { x: { time: true } },
    axes: [
      { ...axis, size: 28, space: 70, values: timeLabels },
      { ...axis, size: 52, label: unit, labelSize: 16, labelFont: FONT },
    ],
    bands,
    hooks: {
      setLegend: [showLatestByDefault],
      ready: [showLatestByDefault],
      draw: [(plot) => drawMarks(plot, marks(), colors)],
    },
    cursor: { y: false, points: { size: 6 } },
    series: [timeSeries, ...columns.map((column) => seriesOf(column, colors))],
  };
}

/** Away from the cursor the legend tells the latest reading. */
function showLatestByDefault(plot: uPlot): void {
  if (plot.legend.idx == null) plot.setLegend({ idx: plot.data[0].length - 1 }, false);
}

const timeSeries: uPlot.Series = {
  label: "Time",
  value: (_plot, time) => (time === null ? "—" : formatTime(time)),
};

const LABELS: Readonly<Record<Column, string>> = {
  lower: "Low",
  upper: "High",
  low: "Least",
  high: "Most",
  target: "Target",
  expected: "Expected",
  value: "Value",
  anomaly: "Anomaly",
};

function seriesOf(column: Column, colors: ChartColors): uPlot.Series {
  return {
    label: LABELS[column],
    value: (_plot, number: number | null) => formatNumber(number),
    stroke: "transparent",
    points: { show: false },
    ...lineOf(column, colors),
  };
}

/** How a column is drawn; the edges of a band are not, only what lies between them. */
function lineOf(column: Column, colors: ChartColors): uPlot.Series {
  if (column === "expected") return { stroke: colors.expected, width: 1, dash: [4, 3] };
  if (column === "target") return { stroke: colors.target, width: 1, dash: [8, 4] };
  if (column === "value") return { stroke: colors.value, width: 1.5 };
  if (column !== "anomaly") return {};
  return { points: { show: true, size: 7, width: 1.5, stroke: colors.anomaly, fill: colors.anomaly } };
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
