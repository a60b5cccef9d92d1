import { useId, type ReactNode } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import { formatDateTime } from "../../shared/format";
import { SimulatedChip } from "../../shared/marks";
import { useUser } from "../../shared/user";
import { AdviceHistory } from "./AdviceHistory";
import { Arithmetic } from "./Arithmetic";
import { Citations } from "./Citations";
import { DecisionButtons } from "./DecisionButtons";
import { needsOtherEyes } from "./deciding";
import { Effects } from "./Effects";
import { making } from "./making";
import type { Measure } from "./measure";
import { Realised } from "./Realised";
import { DecisionStatus } from "./RecommendationRow";

interface RecommendationCardProps {
  readonly recommendation: Recommendation;
  readonly measure: Measure | undefined;
}

/** The whole recommendation: why, what, how much, on what it rests, and who did what with it. */
export function RecommendationCard({ recommendation, measure }: RecommendationCardProps) {
  const { id, title, action, rootCause, rationale, note, citations, simulated } = recommendation;
  const heading = useId();
  return (
    <article className="card" data-testid={`card-recommendation-${id}`} aria-labelledby={heading} tabIndex={-1}>
      <h4 id={heading} dir="auto">
        {title || "Recommendation"}
      </h4>
      <div className="chips">
        <DecisionStatus recommendation={recommendation} />
        {simulated && <SimulatedChip />}
      </div>
      <Part name="Likely cause" text={rootCause} />
      <Part name="Action" text={action} strong />
      <Part name="Why it helps" text={rationale} />
      <Part name="Effect">
        <Effects recommendation={recommendation} measure={measure} complete />
        <Arithmetic recommendation={recommendation} />
      </Part>
      <Realised recommendation={recommendation} measure={measure} />
      {citations.length > 0 && (
        <Part name="Quoted from">
          <Citations citations={citations} />
        </Part>
      )}
      <Part name="How it was made" text={making(recommendation).join(" ")} />
      <Editing recommendation={recommendation} />
      {note && <Part name="Note" text={note} />}
      <DecisionButtons recommendation={recommendation} complete />
      <AdviceHistory recommendation={recommendation} />
    </article>
  );
}

interface PartProps {
  readonly name: string;
  readonly text?: string;
  readonly strong?: boolean;
  readonly children?: ReactNode;
}

function Part({ name, text, strong = false, children }: PartProps) {
  if (!text && !children) return null;
  return (
    <div className="part" data-strong={strong || undefined}>
      <h5>{name}</h5>
      {text && <p dir="auto">{text}</p>}
      {children}
    </div>
  );
}

/** Who changed the words, and who may not approve them. */
function Editing({ recommendation }: { recommendation: Recommendation }) {
  const { username } = useUser();
  const { editedBy, editedAt, fourEyes, status } = recommendation;
  if (editedBy === null) return null;
  const others = needsOtherEyes(recommendation, username);
  return (
    <p className="four-eyes" data-testid="edited" data-warning={(others && status === "pending") || undefined}>
      {others && status === "pending" ? (
        <strong>You edited this: somebody else has to approve.</strong>
      ) : (
        <>
          Edited by <bdi>{editedBy}</bdi>
          {fourEyes && status === "pending" && ": anybody else may approve it"}.
        </>
      )}{" "}
      <span className="muted">{formatDateTime(editedAt)}</span>
    </p>
  );
}
