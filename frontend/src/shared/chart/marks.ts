import type uPlot from "uplot";
import type { Mark } from "./data";

const HEAD = 5;

/** A line from top to bottom at each mark: dashed for what is gone, with a head for what is added. */
export function drawMarks(
  plot: uPlot,
  marks: readonly Mark[],
  colors: Readonly<Record<Mark["kind"], string>>,
): void {
  const { ctx } = plot;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  for (const { time, kind } of marks) {
    const x = Math.round(plot.valToPos(time, "x", true));
    if (x < plot.bbox.left || x > plot.bbox.left + plot.bbox.width) continue;
    ctx.strokeStyle = colors[kind];
    ctx.fillStyle = colors[kind];
    drawMark(plot, x, kind);
  }
  ctx.restore();
}

function drawMark({ ctx, bbox }: uPlot, x: number, kind: Mark["kind"]): void {
  const head = HEAD * devicePixelRatio;
  ctx.setLineDash(kind === "gone" ? [head, head] : []);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  if (kind === "gone") return;
  ctx.beginPath();
  ctx.moveTo(x - head, bbox.top);
  ctx.lineTo(x + head, bbox.top);
  ctx.lineTo(x, bbox.top + head * 1.6);
  ctx.fill();
}
