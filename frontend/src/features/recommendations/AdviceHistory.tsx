import { useState } from "react";
import type { Recommendation } from "../../services/rows/recommendation";
import { Timeline } from "../../shared/Timeline";
import { useRecommendationHistory } from "./api";

/** Who changed what, when and from where; read when it is opened. */
export function AdviceHistory({ recommendation }: { recommendation: Recommendation }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="more-facts" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>History</summary>
      {open && <Entries recommendation={recommendation} />}
    </details>
  );
}

function Entries({ recommendation }: { recommendation: Recommendation }) {
  const { data, error } = useRecommendationHistory(recommendation);
  return <Timeline entries={data} error={error} />;
}
