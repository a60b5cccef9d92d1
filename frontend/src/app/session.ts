import { useCallback, useEffect } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { whenSignedOut } from "../services/http";
import { fetchUser, signIn, signOut, type User } from "../services/session";

const SESSION = ["session"] as const;
const UNREACHABLE_RETRY_MS = 5_000;

export interface Session {
  /** Who is signed in, null for nobody. */
  readonly user: User | null;
  /** Whose session ended without their doing: what they were at waits for them. */
  readonly interrupted: User | null;
}

const ended = (known: Session | undefined): Session => ({
  user: null,
  interrupted: known?.user ?? known?.interrupted ?? null,
});

/** Asked again whenever the server says that nobody is signed in. */
export function useSession() {
  const client = useQueryClient();
  useEffect(() => {
    whenSignedOut(() => client.setQueryData<Session>(SESSION, ended));
    return () => whenSignedOut(() => {});
  }, [client]);
  return useQuery({
    queryKey: SESSION,
    queryFn: async (): Promise<Session> => {
      const user = await fetchUser();
      return user ? { user, interrupted: null } : ended(client.getQueryData<Session>(SESSION));
    },
    staleTime: Infinity,
    retry: false,
    refetchInterval: ({ state }) => (state.error && !state.data?.user ? UNREACHABLE_RETRY_MS : false),
  });
}

export function useCheckSession(): () => void {
  const client = useQueryClient();
  return useCallback(() => void client.invalidateQueries({ queryKey: SESSION }), [client]);
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ username, password }: Credentials) => signIn(username, password),
    onSuccess: () => client.refetchQueries({ queryKey: SESSION }),
  });
}

export function useSignOut() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      client.setQueryData<Session>(SESSION, { user: null, interrupted: null });
      // The next user must not see what this one was allowed to.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
    },
  });
}
