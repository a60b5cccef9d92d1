import { useLayoutEffect, useRef, type ReactNode } from "react";
import { rememberFocus } from "./focus";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  /** For tables and longer texts. */
  readonly wide?: boolean;
  readonly children: ReactNode;
}

/** A modal dialog; the browser keeps the focus inside, and Escape closes it. It gives the focus back. */
export function Dialog({ title, onClose, wide = false, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const shown = useRef(false);
  const pressed = useRef<EventTarget | null>(null);
  // While it is in the document: once it is taken out, the browser does not know any more who had the focus.
  useLayoutEffect(() => {
    const dialog = element.current;
    const giveBack = rememberFocus();
    dialog?.showModal();
    shown.current = true;
    return () => {
      shown.current = false;
      dialog?.close();
      queueMicrotask(() => giveBack(dialog)); // when all that goes along with it is gone
    };
  }, []);
  return (
    <dialog
      ref={element}
      className="dialog"
      data-wide={wide || undefined}
      aria-label={title}
      onClose={() => {
        // The event comes late: what we closed ourselves may be shown again by then.
        if (shown.current && !element.current?.open) onClose();
      }}
      onPointerDown={(event) => {
        pressed.current = event.target;
      }}
      onClick={(event) => {
        // Not where a selection of text that began inside ends beside it.
        if (event.target === element.current && pressed.current === element.current) onClose();
      }}
    >
      <div className="dialog-body">
        <h2>{title}</h2>
        {children}
      </div>
    </dialog>
  );
}
