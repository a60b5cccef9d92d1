import { useEffect, useRef, type AnchorHTMLAttributes } from "react";
import { noteLeaving, setParams, wasLeftFor, withParams, type Params } from "./urlState";

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href" | "onClick"> {
  readonly to: Params;
  /** The browser's way back finds the reader at this link again, however far down it is. */
  readonly returns?: boolean;
}

/** A link to another place of the dashboard, which can also be opened in a new tab. */
export function Link({ to, returns = false, ...anchor }: LinkProps) {
  const link = useRef<HTMLAnchorElement>(null);
  const address = withParams(to);
  useEffect(() => {
    if (returns && wasLeftFor(address)) link.current?.focus();
  }, [returns, address]);
  return (
    <a
      {...anchor}
      ref={link}
      href={address}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        if (returns) noteLeaving(address);
        setParams(to, { push: true });
      }}
    />
  );
}
