import { get, post, remove } from "./http";
import { object, texts } from "./rows/decode";

export const PERMISSIONS = {
  viewHotspot: "hotspots.view_hotspot",
  changeHotspot: "hotspots.change_hotspot",
  addMeasurement: "hotspots.add_measurement",
  viewSeries: "hotspots.view_series",
  changeSeries: "hotspots.change_series",
  viewTarget: "hotspots.view_target",
  addTarget: "hotspots.add_target",
  changeTarget: "hotspots.change_target",
  deleteTarget: "hotspots.delete_target",
  viewSilence: "hotspots.view_silence",
  addSilence: "hotspots.add_silence",
  changeSilence: "hotspots.change_silence",
  changeAlert: "alerts.change_alert",
  decide: "recommendations.decide_recommendation",
  editRecommendation: "recommendations.change_recommendation",
  viewPlaybook: "recommendations.view_playbook",
} as const;
export type Permission = (typeof PERMISSIONS)[keyof typeof PERMISSIONS];

export interface User {
  readonly username: string;
  readonly permissions: ReadonlySet<string>;
  readonly groups: readonly string[];
  /** May enter the back office. */
  readonly isStaff: boolean;
}

/** Who is signed in, null for nobody. The first answer also sets the CSRF cookie. */
export async function fetchUser(): Promise<User | null> {
  const session = object(await get("/api/session"), "session");
  if (!session["user"]) return null;
  return parseUser(await get("/api/me"));
}

/** Throws `RequestError` when the server refuses the name and password. */
export async function signIn(username: string, password: string): Promise<void> {
  await post("/api/session", { username, password });
}

export async function signOut(): Promise<void> {
  await remove("/api/session");
}

function parseUser(value: unknown): User {
  const me = object(value, "me");
  return {
    username: String(me["username"] ?? ""),
    permissions: new Set(texts(me["permissions"])),
    groups: texts(me["groups"]),
    isStaff: me["is_staff"] === true,
  };
}
