import { useEffect, useRef, useState } from "react";
import { sendFile } from "../../services/fileUpload";
import { parseUpload, type Upload } from "../../services/rows/upload";

/** A file on its way to the server. `share` is 0 to 1. */
export interface Sending {
  readonly file: File;
  readonly share: number;
  readonly error: Error | null;
}

/** Sends one file at a time; `onDone` gets the upload. Leaving the page cancels it. */
export function useSending(onDone: (upload: Upload) => void) {
  const [sending, setSending] = useState<Sending | null>(null);
  const abort = useRef<AbortController | null>(null);
  useEffect(() => () => abort.current?.abort(), []);

  const send = async (file: File) => {
    const controller = new AbortController();
    abort.current = controller;
    setSending({ file, share: 0, error: null });
    try {
      const onProgress = ({ bytes, total }: { bytes: number; total: number }) =>
        setSending({ file, share: total > 0 ? bytes / total : 0, error: null });
      const answer = await sendFile("/api/uploads", file, { onProgress, signal: controller.signal });
      setSending(null);
      onDone(parseUpload(answer));
    } catch (error) {
      if (!controller.signal.aborted) setSending({ file, share: 0, error: error as Error });
    }
  };
  const cancel = () => {
    abort.current?.abort();
    setSending(null);
  };
  return { sending, send: (file: File) => void send(file), cancel };
}
