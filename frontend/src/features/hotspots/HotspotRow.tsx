import type { Hotspot } from "../../services/rows/hotspot";
import { formatPercent, formatQuantity } from "../../shared/format";
import { Age, Chip, SeverityMark, SimulatedChip, StatusChip, SuppressedChip } from "../../shared/marks";
import { Row } from "../../shared/Row";
import { BandGlyph } from "./BandGlyph";
import { isOpen } from "./listing";

interface HotspotRowProps {
  readonly hotspot: Hotspot;
  readonly selected: boolean;
}

export function HotspotRow({ hotspot, selected }: HotspotRowProps) {
  return (
    <Row
      testId={`row-hotspot-${hotspot.id}`}
      hotspotId={hotspot.id}
      severity={hotspot.severity}
      createdAt={hotspot.createdAt}
      dimmed={!isOpen(hotspot)}
      muted={hotspot.suppressedBy !== ""}
      selected={selected}
      label={`${hotspot.entity}, ${hotspot.metric}: open the detail`}
    >
      <div className="row-line">
        <SeverityMark severity={hotspot.severity} />
        <strong className="row-title">{hotspot.entity}</strong>
        <span className="muted">{hotspot.metric}</span>
        <Age time={hotspot.openedAt} />
      </div>
      <Figures hotspot={hotspot} />
      <p className="row-text">{hotspot.explanation}</p>
      <HotspotChips hotspot={hotspot} />
    </Row>
  );
}

function Figures({ hotspot }: { hotspot: Hotspot }) {
  const { value, unit, percentAbove, baseline } = hotspot;
  return (
    <div className="figures">
      <span className="figure">{formatQuantity(value, unit)}</span>
      {percentAbove !== null && (
        <span className="deviation" data-side={hotspot.side}>
          {formatPercent(percentAbove)}
        </span>
      )}
      {baseline !== null && <span className="muted">of {formatQuantity(baseline, unit)}</span>}
      <BandGlyph hotspot={hotspot} />
    </div>
  );
}

export function HotspotChips({ hotspot }: { hotspot: Hotspot }) {
  return (
    <div className="chips">
      <StatusChip status={hotspot.status} />
      <SuppressedChip by={hotspot.suppressedBy} />
      {hotspot.occurrences > 1 && <Chip title="Anomalous readings so far">×{hotspot.occurrences}</Chip>}
      {hotspot.flapping && <Chip title="Opens and resolves again and again">Flapping</Chip>}
      {hotspot.label === "true_positive" && <Chip>True positive</Chip>}
      {hotspot.label === "false_positive" && <Chip>False positive</Chip>}
      {hotspot.advice === "pending" && isOpen(hotspot) && <Chip>Looking for advice…</Chip>}
      {hotspot.simulated && <SimulatedChip />}
    </div>
  );
}
