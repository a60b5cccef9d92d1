import type { AnchorHTMLAttributes } from "react";
import { setParams, withParams, type Params } from "./urlState";

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href" | "onClick"> {
  readonly to: Params;
}

/** A link to another place of the dashboard, which can also be opened in a new tab. */
export function Link({ to, ...anchor }: LinkProps) {
  return (
    <a
      {...anchor}
      href={withParams(to)}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        setParams(to, { push: true });
      }}
    />
  );
}
