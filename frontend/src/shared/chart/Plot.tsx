import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useTheme } from "../theme";
import { chartData, columnsOf, type ChartContent } from "./data";
import { chartColors, chartOptions } from "./options";

export interface PlotProps {
  readonly content: ChartContent;
  /** The chart in words, for those who do not see it. */
  readonly label: string;
  readonly height: number;
}

/** The drawn chart. Loaded by `Chart` when the first one is shown. */
export default function Plot({ content, label, height }: PlotProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(content);
  const theme = useTheme();
  const columns = columnsOf(content);

  useEffect(() => {
    latest.current = content;
    plot.current?.setData(chartData(content));
  }, [content]);
  useEffect(() => {
    if (!host.current) return;
    // Newer data does not draw the chart anew: the effect above sets it.
    return mount(host.current, height, latest, plot);
  }, [content.unit, columns.join(), height, theme]);

  return <div ref={host} className="chart" role="img" aria-label={label} />;
}

/** Draws into `host`, follows its width, and takes everything away again. */
function mount(
  host: HTMLElement,
  height: number,
  content: { readonly current: ChartContent },
  plot: { current: uPlot | null },
): () => void {
  const { unit } = content.current;
  const columns = columnsOf(content.current);
  const marks = () => content.current.marks ?? [];
  const width = host.clientWidth || 480;
  const options = chartOptions({ width, height, unit, columns, marks, colors: chartColors(host) });
  const mounted = new uPlot(options, chartData(content.current), host);
  plot.current = mounted;
  const observer = new ResizeObserver(() => {
    if (host.clientWidth > 0) mounted.setSize({ width: host.clientWidth, height });
  });
  observer.observe(host);
  return () => {
    observer.disconnect();
    plot.current = null;
    mounted.destroy();
  };
}
