import { get, post, remove } from "./http";
import { object } from "./rows/decode";

export const PERMISSIONS = {
  changeHotspot: "hotspots.change_hotspot",
  changeAlert: "alerts.change_alert",
  decide: "recommendations.decide_recommendation",
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

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
