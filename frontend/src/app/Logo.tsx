/** The ember: decorative, the name stands beside it. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 24 24" aria-hidden="true">
      <path
        className="flame"
        d="M12 1.8c.7 3.4 2.5 5 4.2 7 1.6 1.9 2.8 3.7 2.8 6.3a7 7 0 0 1-14 0c0-2.5 1-4.4 2.6-6 .2 1.7.8 2.8 1.8 3.5C9.2 8.6 9.8 4.8 12 1.8Z"
      />
      <path
        className="core"
        d="M12.1 12.4c.3 1.5 2.6 2.3 2.6 4.6a2.7 2.7 0 0 1-5.4 0c0-1.9 1.3-2.7 2.8-4.6Z"
      />
    </svg>
  );
}
