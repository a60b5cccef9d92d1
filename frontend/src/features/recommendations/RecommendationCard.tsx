import type { Citation, Recommendation } from "../../services/rows/recommendation";
import { ExternalLink, SimulatedChip } from "../../shared/marks";
import { DecisionButtons } from "./DecisionButtons";
import { Effects } from "./Effects";
import { DecisionStatus } from "./RecommendationRow";

/** The whole recommendation with the passages that it rests on. */
export function RecommendationCard({ recommendation }: { recommendation: Recommendation }) {
  const { title, action, rootCause, rationale, arithmetic, note, citations } = recommendation;
  return (
    <article className="card" data-testid={`card-recommendation-${recommendation.id}`}>
      <h4>{title || "Recommendation"}</h4>
      <p>{action}</p>
      <Effects recommendation={recommendation} complete />
      <Reason name="Likely cause" text={rootCause} />
      <Reason name="Why" text={rationale} />
      <Reason name="Arithmetic" text={arithmetic} />
      {citations.map((citation, index) => (
        <Quote key={index} citation={citation} />
      ))}
      {note && <Reason name="Note" text={note} />}
      <div className="chips">
        <DecisionStatus recommendation={recommendation} />
        {recommendation.simulated && <SimulatedChip />}
        <DecisionButtons recommendation={recommendation} />
      </div>
    </article>
  );
}

function Reason({ name, text }: { name: string; text: string }) {
  if (!text) return null;
  return (
    <p className="reason">
      <span>{name}</span> {text}
    </p>
  );
}

function Quote({ citation }: { citation: Citation }) {
  const { document, title, section, quote, url } = citation;
  const source = [title || document, section].filter(Boolean).join(" · ");
  return (
    <blockquote>
      <p>{quote}</p>
      <footer>{isWebAddress(url) ? <ExternalLink href={url}>{source}</ExternalLink> : source}</footer>
    </blockquote>
  );
}

/** Only http and https become links: a citation is text from outside. */
function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}
