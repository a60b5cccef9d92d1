import { useState } from "react";
import type { Series } from "../../services/rows/series";
import { ConfirmDialog } from "../../shared/ConfirmDialog";
import { formatDateTime } from "../../shared/format";
import { Icon, type IconName } from "../../shared/Icon";
import { showToast } from "../../shared/toasts";
import { useTeaching, type Lesson } from "./api";
import { frozenUntil } from "./frozen";

const MOST_DAYS = 7;

interface Words {
  readonly button: string;
  readonly icon: IconName;
  readonly title: string;
  readonly explanation: string;
  readonly done: string;
}

const WORDS: Readonly<Record<Lesson, Words>> = {
  accept: {
    button: "Accept as new normal",
    icon: "check",
    title: "Accept the present level as the new normal?",
    explanation:
      "What was expected moves to the recent readings quickly, so that the present level stops being a finding. It cannot be taken back, only learned anew.",
    done: "What was expected moves to the present level now.",
  },
  freeze: {
    button: "Keep the old normal",
    icon: "snow",
    title: "Keep the old normal?",
    explanation:
      "For so long nothing is learned: each reading is judged against what was normal before, and hotspots open and close as ever. Afterwards learning goes on by itself.",
    done: "Nothing is learned until then.",
  },
  unfreeze: {
    button: "Learn again",
    icon: "undo",
    title: "Learn from readings again?",
    explanation: "The freeze ends now; the readings from now on change what is expected.",
    done: "The readings from now on are learned.",
  },
  rebuild: {
    button: "Rebuild from stored readings",
    icon: "pulse",
    title: "Rebuild what was learned?",
    explanation:
      "All stored readings are replayed in the order of their times, those that came late among them. Nobody is told, and no hotspot is opened or closed by it.",
    done: "What was learned now rests on all stored readings.",
  },
};

/** What an analyst can tell the detector about this series. */
export function Teaching({ series }: { series: Series }) {
  const [asked, setAsked] = useState<Lesson | null>(null);
  const lessons: Lesson[] = ["accept", frozenUntil(series) ? "unfreeze" : "freeze"];
  if (series.rebuildOffered) lessons.push("rebuild");
  return (
    <>
      <p className="muted">{situation(series)}</p>
      <div className="actions">
        {lessons.map((lesson) => (
          <button key={lesson} type="button" className="button" data-testid={lesson} onClick={() => setAsked(lesson)}>
            <Icon name={WORDS[lesson].icon} />
            {WORDS[lesson].button}
          </button>
        ))}
      </div>
      {asked && <LessonDialog series={series} lesson={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function situation(series: Series): string {
  const frozen = frozenUntil(series);
  if (frozen) return `Frozen until ${formatDateTime(frozen)}: nothing is learned before.`;
  if (series.rebuildOffered) return "Readings came too late to be learned. A rebuild would take them in.";
  return "The detector learns with every reading. Tell it when the level has changed for good, or must not become normal.";
}

interface LessonDialogProps {
  readonly series: Series;
  readonly lesson: Lesson;
  readonly onClose: () => void;
}

function LessonDialog({ series, lesson, onClose }: LessonDialogProps) {
  const teaching = useTeaching(series.id);
  const [days, setDays] = useState(MOST_DAYS);
  const words = WORDS[lesson];
  const done = () => {
    showToast({ key: `teaching:${series.id}`, kind: "success", title: words.button, text: words.done });
    onClose();
  };
  return (
    <ConfirmDialog
      title={words.title}
      action={words.button}
      pending={teaching.isPending}
      error={teaching.error}
      onConfirm={() => teaching.mutate(lesson === "freeze" ? { lesson, days } : { lesson }, { onSuccess: done })}
      onClose={onClose}
    >
      <p>
        <strong>{series.entity}</strong> <span className="muted">{series.metric}</span>
      </p>
      <p>{words.explanation}</p>
      {lesson === "freeze" && <DaysField days={days} onDays={setDays} />}
    </ConfirmDialog>
  );
}

function DaysField({ days, onDays }: { days: number; onDays: (days: number) => void }) {
  return (
    <label className="field">
      <span>For how long</span>
      <select value={days} onChange={(event) => onDays(Number(event.target.value))}>
        {Array.from({ length: MOST_DAYS }, (_, index) => (
          <option key={index} value={index + 1}>
            {index === 0 ? "1 day" : `${index + 1} days`}
          </option>
        ))}
      </select>
    </label>
  );
}
