import { createContext, use } from "react";
import type { Permission, User } from "../services/session";

export const UserContext = createContext<User | null>(null);

export function useUser(): User {
  const user = use(UserContext);
  if (!user) throw new Error("UserContext is missing");
  return user;
}

/** Only decides what is offered: the server checks again. */
export function useCan(permission: Permission): boolean {
  return useUser().permissions.has(permission);
}
