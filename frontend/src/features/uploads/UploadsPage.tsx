import { PagedList } from "../../shared/PagedList";
import { Split } from "../../shared/Split";
import { atPage, atUpload, setParams, useIdParam } from "../../shared/urlState";
import { useKeepUpload, useUploads } from "./api";
import { DropZone } from "./DropZone";
import { useSending } from "./sending";
import { UploadRow } from "./UploadRow";
import { UploadView } from "./UploadView";
import "./uploads.css";

/** Files with readings: sent, mapped, read in, and what became of each line. */
export default function UploadsPage() {
  const opened = useIdParam("upload");
  const uploads = useUploads();
  const keep = useKeepUpload();
  const { sending, send, cancel } = useSending((upload) => {
    keep(upload);
    setParams(atUpload(upload.id), { push: true });
  });
  return (
    <Split
      name="uploads"
      title="Upload"
      back={atPage("uploads")}
      hint="Choose a file, or an upload of the list."
      opened={opened}
      detail={opened !== null && <UploadView key={opened} id={opened} />}
    >
      <DropZone sending={sending} onFile={send} onCancel={cancel} />
      <PagedList
        pages={uploads}
        noun="uploads yet"
        empty={<p>Each file that you send is kept here with what became of its lines.</p>}
        renderRow={(upload) => <UploadRow key={upload.id} upload={upload} selected={upload.id === opened} />}
      />
    </Split>
  );
}
