import { useEffect } from "react";
import { useStream, useStreams } from "../shared/streams";
import { overallState, useStreamStatuses } from "./connections";
import { useCheckSession } from "./session";

/** What the reader must know about everything on the page. */
export function Banners() {
  return (
    <>
      <SimulatedBanner />
      <SignedOutBanner />
    </>
  );
}

function SimulatedBanner() {
  const { hotspots, alerts, recommendations } = useStreams();
  const rows = [
    ...useStream(hotspots).rows.values(),
    ...useStream(alerts).rows.values(),
    ...useStream(recommendations).rows.values(),
  ];
  if (rows.length === 0 || !rows.every((row) => row.simulated)) return null;
  return (
    <p className="banner simulated" role="note">
      <strong>Simulated data</strong>
      <span>All of this was made by the demo feed.</span>
    </p>
  );
}

/** The sockets were refused as not signed in: asks whether that is so, which brings the sign-in. */
function SignedOutBanner() {
  const signedOut = overallState(useStreamStatuses()) === "signed-out";
  const check = useCheckSession();
  useEffect(() => {
    if (signedOut) check();
  }, [signedOut, check]);
  if (!signedOut) return null;
  return (
    <p className="banner problem" role="alert">
      <span>The live connection has ended: the server no longer accepts your sign-in.</span>
      <button type="button" className="button small" onClick={() => window.location.reload()}>
        Reload
      </button>
    </p>
  );
}
