import type { Hotspot } from "../../services/rows/hotspot";
import { PERMISSIONS } from "../../services/session";
import { Icon, type IconName } from "../../shared/Icon";
import { useCan } from "../../shared/user";
import { useHotspotAction } from "./api";
import { isOpen } from "./listing";

/** What the reader may do with this hotspot; nothing for those who may only look. */
export function HotspotActions({ hotspot }: { hotspot: Hotspot }) {
  const allowed = useCan(PERMISSIONS.changeHotspot);
  const action = useHotspotAction(hotspot.id);
  if (!allowed) return null;
  const button = (name: "acknowledge" | "resolve" | "ignore", text: string, icon: IconName) => (
    <button
      type="button"
      className="button"
      data-testid={name}
      aria-label={`${text}: hotspot of ${hotspot.entity}, ${hotspot.metric}`}
      disabled={action.isPending}
      onClick={() => action.mutate({ name })}
    >
      <Icon name={icon} />
      {text}
    </button>
  );
  return (
    <div className="actions">
      {hotspot.status === "open" && button("acknowledge", "Acknowledge", "eye")}
      {isOpen(hotspot) && button("resolve", "Resolve", "check")}
      {isOpen(hotspot) && button("ignore", "Ignore", "mute")}
      <Labels hotspot={hotspot} action={action} />
    </div>
  );
}

interface LabelsProps {
  readonly hotspot: Hotspot;
  readonly action: ReturnType<typeof useHotspotAction>;
}

function Labels({ hotspot, action }: LabelsProps) {
  const choice = (label: "true_positive" | "false_positive", text: string) => (
    <button
      type="button"
      aria-pressed={hotspot.label === label}
      disabled={action.isPending}
      onClick={() => action.mutate({ name: "label", label })}
    >
      {text}
    </button>
  );
  return (
    <div className="segmented" role="group" aria-label="Was this a real finding?">
      {choice("true_positive", "True positive")}
      {choice("false_positive", "False positive")}
    </div>
  );
}
