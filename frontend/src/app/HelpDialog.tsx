import { Dialog } from "../shared/Dialog";

const KEYS = [
  ["j  k  ↓  ↑", "Next, previous row"],
  ["h  l  ←  →", "Pane to the left, right"],
  ["Enter", "Open the hotspot of the row"],
  ["a  r", "Approve, reject the recommendation of the row"],
  ["x", "Select the recommendation of the row"],
  ["Shift  a", "Approve what is selected"],
  ["Shift  r", "Reject what is selected"],
  ["/", "Filter by entity"],
  ["Esc", "Close what is open"],
  ["?", "This help"],
] as const;

export function HelpDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard" onClose={onClose}>
      <dl className="keys">
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              {keys.split("  ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div className="dialog-actions">
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
