import type { Citation } from "../../services/rows/recommendation";
import { PERMISSIONS } from "../../services/session";
import { humanize } from "../../shared/format";
import { Icon } from "../../shared/Icon";
import { Link } from "../../shared/Link";
import { ExternalLink, isWebAddress } from "../../shared/marks";
import { atPassage } from "../../shared/urlState";
import { useCan } from "../../shared/user";

/** The quotes that a recommendation rests on, each with the way to its passage and to its outside source. */
export function Citations({ citations }: { citations: readonly Citation[] }) {
  return citations.map((citation, index) => <Quote key={index} citation={citation} />);
}

function Quote({ citation }: { citation: Citation }) {
  const { title, quote, url } = citation;
  return (
    <blockquote dir="auto">
      <p>{quote}</p>
      <footer>
        <PassageLink citation={citation} />
        {isWebAddress(url) && <ExternalLink href={url}>{title || url}</ExternalLink>}
      </footer>
    </blockquote>
  );
}

/** To the section of our own playbook, with the quote pointed out there. */
function PassageLink({ citation }: { citation: Citation }) {
  const mayRead = useCan(PERMISSIONS.viewPlaybook);
  const { document, title, section, quote } = citation;
  const name = title && !isWebAddress(citation.url) ? title : humanize(document.replaceAll("-", " "));
  const place = [name, section].filter(Boolean).join(" · ");
  if (!mayRead || !document) return <span>{place}</span>;
  return (
    <Link className="passage-link" to={atPassage(document, section, quote)} returns>
      <Icon name="document" />
      {place}
    </Link>
  );
}
