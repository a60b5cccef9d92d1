import type { Recommendation } from "../../services/rows/recommendation";

/** Which recommendation a dialog is about. */
export function Subject({ recommendation }: { recommendation: Recommendation }) {
  return (
    <p className="dialog-subject">
      <strong dir="auto">{recommendation.title}</strong>
      <span className="muted">
        {" "}
        for <bdi>{recommendation.entity}</bdi>
      </span>
    </p>
  );
}
