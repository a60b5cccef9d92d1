import type { Recommendation } from "../../services/rows/recommendation";

/** Which recommendation a dialog is about. */
export function Subject({ recommendation }: { recommendation: Recommendation }) {
  return (
    <p className="dialog-subject">
      <NameOf recommendation={recommendation} />
    </p>
  );
}

/** Its title and whose it is, in one line of text. */
export function NameOf({ recommendation: { title, entity } }: { recommendation: Recommendation }) {
  return (
    <span>
      <strong dir="auto">{title}</strong>{" "}
      <span className="muted">
        for <bdi>{entity}</bdi>
      </span>
    </span>
  );
}
