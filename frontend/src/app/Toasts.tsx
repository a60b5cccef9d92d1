import { useEffect, useState, useSyncExternalStore } from "react";
import { Icon } from "../shared/Icon";
import { Link } from "../shared/Link";
import { SeverityMark } from "../shared/marks";
import {
  dismissAll,
  dismissToast,
  getToasts,
  subscribeToasts,
  TOAST_MS,
  type Toast,
} from "../shared/toasts";
import { atHotspot } from "../shared/urlState";

/** The stack is always in the document, so that what is added to it is read out. */
export function Toasts() {
  const { toasts, hidden } = useSyncExternalStore(subscribeToasts, getToasts);
  return (
    <div className="toasts" aria-live="polite" aria-label="Notifications" role="region">
      {toasts.map((toast) => (
        <ToastCard key={toast.key} toast={toast} />
      ))}
      {hidden > 0 && (
        <button type="button" className="button small" onClick={dismissAll}>
          {hidden} more, dismiss all
        </button>
      )}
    </div>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(toast.key), TOAST_MS);
    return () => clearTimeout(timer);
  }, [held, toast]);
  return (
    <div
      className="toast"
      data-testid="toast"
      data-kind={toast.kind}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {toast.kind === "critical" && <SeverityMark severity="critical" />}
      <div className="toast-text">
        <strong>{toast.title}</strong>
        <p>{toast.text}</p>
        {toast.hotspotId !== undefined && <OpenLink toastKey={toast.key} hotspotId={toast.hotspotId} />}
      </div>
      <button
        type="button"
        className="icon-button"
        aria-label="Dismiss"
        onClick={() => dismissToast(toast.key)}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

function OpenLink({ toastKey, hotspotId }: { toastKey: string; hotspotId: number }) {
  return (
    <span onClick={() => dismissToast(toastKey)}>
      <Link to={atHotspot(hotspotId)}>Open the hotspot</Link>
    </span>
  );
}
