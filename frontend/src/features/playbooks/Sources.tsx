import type { Source } from "../../services/rows/playbook";
import { ExternalLink, isWebAddress } from "../../shared/marks";

/** Where its figures come from; links lead outside. */
export function Sources({ sources }: { sources: readonly Source[] }) {
  if (sources.length === 0) return <p className="muted">It rests on no outside source and has no figure.</p>;
  return (
    <ol className="sources">
      {sources.map((source) => (
        <li key={`${source.title}-${source.url}`}>
          <SourceOf source={source} />
        </li>
      ))}
    </ol>
  );
}

function SourceOf({ source }: { source: Source }) {
  const { title, publisher, url, year, licence, accessed, quote, facts } = source;
  const facets = [publisher, year, licence, accessed && `read on ${accessed}`].filter(Boolean);
  return (
    <>
      <p>{isWebAddress(url) ? <ExternalLink href={url}>{title || url}</ExternalLink> : <strong>{title}</strong>}</p>
      <p className="muted">{facets.join(" · ")}</p>
      {quote && (
        <blockquote dir="auto">
          <p>{quote}</p>
        </blockquote>
      )}
      {facts.length > 0 && (
        <ul className="bullets">
          {facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      )}
    </>
  );
}
