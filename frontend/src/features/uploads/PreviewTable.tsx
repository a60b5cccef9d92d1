import type { Preview, PreviewLine } from "../../services/rows/upload";
import { formatDateTime, formatPlural, formatQuantity } from "../../shared/format";
import { localZone } from "../../shared/localTime";

const NAMED = 8;

/** The first lines of the file: each a reading, or why it is none. */
export function PreviewTable({ preview }: { preview: Preview }) {
  const { lines, unused } = preview;
  const bad = lines.filter(({ reading }) => reading === null).length;
  return (
    <>
      <p className={bad > 0 ? "verdict bad" : "verdict"} role="status" data-testid="preview-verdict">
        {verdict(lines.length, bad)}
      </p>
      <div className="table-scroll" tabIndex={0} role="region" aria-label="The first lines">
        <table className="table">
          <thead>
            <tr>
              <th scope="col" className="number">Line</th>
              <th scope="col">Entity</th>
              <th scope="col">Metric</th>
              <th scope="col" className="number">Value</th>
              <th scope="col">Time ({localZone()})</th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <Line key={line.line} line={line} />
            ))}
          </tbody>
        </table>
      </div>
      {unused.length > 0 && <p className="muted">{unusedText(unused)}</p>}
    </>
  );
}

function verdict(lines: number, bad: number): string {
  if (lines === 0) return "The file has no lines.";
  if (bad === 0) return `The first ${formatPlural(lines, "line")} can all be read.`;
  return `${bad} of the first ${formatPlural(lines, "line")} would be rejected.`;
}

function unusedText(unused: readonly string[]): string {
  const rest = unused.length - NAMED;
  const named = unused.slice(0, NAMED).join(", ");
  return `Not used: ${named}${rest > 0 ? ` and ${rest} more` : ""}.`;
}

function Line({ line }: { line: PreviewLine }) {
  const { reading, code, detail } = line;
  if (reading === null) {
    return (
      <tr className="bad">
        <td className="number">{line.line}</td>
        <td colSpan={4}>
          <code>{code}</code> {detail}
        </td>
      </tr>
    );
  }
  return (
    <tr>
      <td className="number">{line.line}</td>
      <td>{reading.entity}</td>
      <td>{reading.metric}</td>
      <td className="number">{formatQuantity(reading.value, reading.unit)}</td>
      <td>{formatDateTime(reading.time)}</td>
    </tr>
  );
}
