import { formatNumber, formatQuantity } from "../shared/format";
import { useStats, type Counts, type Stats } from "./stats";

/** The totals over everything that the server has. */
export function StatsStrip() {
  const { data: stats } = useStats();
  return (
    <dl className="stats" aria-label="Totals" data-loading={!stats || undefined}>
      {figures(stats).map(({ name, value, tone, title }) => (
        <div key={name} data-tone={tone} title={title}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const APPROVED =
  "Each one counts once, with the one reading or target’s period that it was proposed for: " +
  "what they save over time is not known.";

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly tone?: "critical" | "good" | undefined;
  readonly title?: string;
}

function figures(stats: Stats | undefined): Figure[] {
  const count = (counts: Counts | undefined, name: string) => counts?.[name] ?? 0;
  const shown = (value: number) => (stats ? formatNumber(value) : "–");
  const critical = stats?.severities["critical"];
  const list: Figure[] = [
    { name: "Open hotspots", value: shown(count(stats?.hotspots, "open")) },
    { name: "Acknowledged", value: shown(count(stats?.hotspots, "acknowledged")) },
    { name: "Active alerts", value: shown(count(stats?.alerts, "active")) },
    { name: "To decide", value: shown(count(stats?.recommendations, "pending")) },
    { name: "Approved", value: shown(count(stats?.recommendations, "approved")) },
    { name: "Approved reduction", value: approved(stats), tone: "good", title: APPROVED },
  ];
  if (critical !== undefined) {
    list.splice(1, 0, { name: "Critical", value: shown(critical), tone: critical ? "critical" : undefined });
  }
  return list;
}

function approved(stats: Stats | undefined): string {
  const sum = stats?.approvedReduction ?? null;
  return sum === null ? "–" : formatQuantity(sum, stats?.approvedReductionUnit ?? "");
}
