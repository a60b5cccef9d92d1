import { Component, type ReactNode } from "react";
import { Notice } from "../shared/marks";

interface Props {
  readonly title: string;
  /** What it stands in for: a page, or the drawer beside the panes. */
  readonly part?: "page" | "drawer";
  readonly children: ReactNode;
}

/** Says that a page could not be shown, instead of leaving nothing: after a deploy its files have other names. */
export class PageBoundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    const { title, part = "page" } = this.props;
    const Part = part === "page" ? "main" : "aside";
    return (
      <Part className={part === "page" ? "content" : "drawer"}>
        <Notice title={`${title} could not be shown`}>
          <p role="alert">A newer version may have been installed meanwhile.</p>
          <button type="button" className="button" onClick={() => window.location.reload()}>
            Reload
          </button>
        </Notice>
      </Part>
    );
  }
}
