import { lazy, type ComponentType } from "react";
import { PERMISSIONS, type Permission, type User } from "../services/session";
import type { IconName } from "../shared/Icon";
import { useParam } from "../shared/urlState";
import { useUser } from "../shared/user";

interface Page {
  /** As the address names it; empty for the first. */
  readonly name: string;
  readonly title: string;
  readonly icon: IconName;
  readonly permission: Permission;
  /** Null for the live panes, which are always at hand; the others come when they are opened. */
  readonly content: ComponentType | null;
}

const PAGES: readonly Page[] = [
  { name: "", title: "Live", icon: "pulse", permission: PERMISSIONS.viewHotspot, content: null },
  {
    name: "series",
    title: "Series",
    icon: "chart",
    permission: PERMISSIONS.viewSeries,
    content: lazy(() => import("../features/series/SeriesPage")),
  },
  {
    name: "playbooks",
    title: "Playbooks",
    icon: "book",
    permission: PERMISSIONS.viewPlaybook,
    content: lazy(() => import("../features/playbooks/PlaybooksPage")),
  },
  {
    name: "silences",
    title: "Silences",
    icon: "mute",
    permission: PERMISSIONS.viewSilence,
    content: lazy(() => import("../features/silences/SilencesPage")),
  },
  {
    name: "uploads",
    title: "Upload",
    icon: "upload",
    permission: PERMISSIONS.addMeasurement,
    content: lazy(() => import("../features/uploads/UploadsPage")),
  },
];

/** The pages that somebody may see. Only decides what is offered: the server checks again. */
export function pagesFor({ permissions }: User): readonly Page[] {
  return PAGES.filter((page) => permissions.has(page.permission));
}

/** The page that the address names, else the first that this user may see. */
export function usePage(): Page | undefined {
  const [name] = useParam("page");
  const allowed = pagesFor(useUser());
  return allowed.find((page) => page.name === name) ?? allowed[0];
}
