interface ProgressBarProps {
  readonly label: string;
  /** 0 to 1; null where the end is not known. */
  readonly share: number | null;
}

export function ProgressBar({ label, share }: ProgressBarProps) {
  return <progress className="progress" aria-label={label} max={1} {...(share !== null && { value: share })} />;
}
