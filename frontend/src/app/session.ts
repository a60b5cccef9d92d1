import { useCallback, useEffect } from "react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { whenSignedOut } from "../services/http";
import { fetchUser, signIn, signOut } from "../services/session";

const SESSION = ["session"] as const;
const UNREACHABLE_RETRY_MS = 5_000;

/** Who is signed in; asked again whenever the server says that nobody is. */
export function useSession() {
  const client = useQueryClient();
  useEffect(() => {
    whenSignedOut(() => client.setQueryData(SESSION, null));
    return () => whenSignedOut(() => {});
  }, [client]);
  return useQuery({
    queryKey: SESSION,
    queryFn: fetchUser,
    staleTime: Infinity,
    retry: false,
    refetchInterval: ({ state }) => (state.error && !state.data ? UNREACHABLE_RETRY_MS : false),
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
      client.setQueryData(SESSION, null);
      // The next user must not see what this one was allowed to.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
    },
  });
}
