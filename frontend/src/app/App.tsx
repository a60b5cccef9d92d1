import { Activity, useState } from "react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RequestError } from "../services/http";
import { createStreams } from "../services/websocket";
import { Notice, Skeleton } from "../shared/marks";
import { StreamsContext } from "../shared/streams";
import { UserContext } from "../shared/user";
import { Dashboard } from "./Dashboard";
import { SignIn } from "./SignIn";
import { useSession, type Session } from "./session";

/** A refusal stays a refusal; only what may pass by itself is tried again. */
function shouldRetry(failures: number, error: Error): boolean {
  const final = error instanceof RequestError && error.status >= 400 && error.status < 500;
  return !final && failures < 2;
}

function createQueryClient(): QueryClient {
  return new QueryClient({ defaultOptions: { queries: { retry: shouldRetry, staleTime: 10_000 } } });
}

export function App() {
  const [client] = useState(createQueryClient);
  const [streams] = useState(createStreams);
  return (
    <QueryClientProvider client={client}>
      <StreamsContext value={streams}>
        <Gate />
      </StreamsContext>
    </QueryClientProvider>
  );
}

function Gate() {
  const { data: session, error, refetch } = useSession();
  if (session) return <Signed {...session} />;
  if (!error) return <Skeleton lines={8} />;
  return (
    <Notice title="Emberwatch cannot be reached">
      <p role="alert">{error.message}</p>
      <button type="button" className="button" onClick={() => void refetch()}>
        Try again
      </button>
    </Notice>
  );
}

/** Notes and choices outlive a session that ended in between; whoever else signs in begins anew. */
function Signed({ user, interrupted }: Session) {
  const whose = user ?? interrupted;
  return (
    <>
      {whose && (
        <Activity mode={user ? "visible" : "hidden"}>
          <UserContext value={whose}>
            <Dashboard key={whose.username} />
          </UserContext>
        </Activity>
      )}
      {!user && <SignIn interrupted={interrupted !== null} />}
    </>
  );
}
