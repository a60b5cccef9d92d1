import { screen } from "@testing-library/react";
import { http, HttpResponse } from "msw";
import { connectionState, open, problem } from "../support/emberwatch";
import { eventually } from "../support/eventually";
import { server } from "../support/server";

async function fillIn(user: ReturnType<typeof open>["user"], password: string) {
  await user.type(await screen.findByTestId("username"), "approver");
  await user.type(screen.getByTestId("password"), password);
  await user.click(screen.getByTestId("submit"));
}

it("asks a stranger to sign in and says that nothing is live", async () => {
  open({ user: null });
  expect(await screen.findByTestId("login-form")).toBeInTheDocument();
  expect(connectionState()).toBe("signed-out");
});

it("opens the dashboard after signing in, with the CSRF token of the cookie", async () => {
  document.cookie = "csrftoken=t0ken";
  const { user, session } = open({ user: null });
  const sent: unknown[] = [];
  server.use(
    http.post("/api/session", async ({ request }) => {
      sent.push(request.headers.get("X-CSRFToken"), await request.json());
      session.user = "approver";
      return HttpResponse.json({ user: { username: "approver" } });
    }),
  );
  await fillIn(user, "demo");
  expect(await screen.findByTestId("row-hotspot-1")).toBeInTheDocument();
  expect(sent).toEqual(["t0ken", { username: "approver", password: "demo" }]);
});

it("shows why a sign-in was refused", async () => {
  const { user } = open({ user: null });
  server.use(http.post("/api/session", () => problem(401, "bad_credentials", "Wrong name or password.")));
  await fillIn(user, "wrong");
  expect(await screen.findByRole("alert")).toHaveTextContent("Wrong name or password.");
  expect(screen.getByTestId("login-form")).toBeInTheDocument();
});

it("returns to the sign-in when a request finds nobody signed in", async () => {
  const { user } = open();
  await screen.findByTestId("row-alert-1");
  server.use(http.post("/api/alerts/1/resolve", () => problem(401, "not_authenticated", "Sign in.")));
  await user.click(screen.getByRole("button", { name: /^Resolve/ }));
  expect(await screen.findByTestId("login-form")).toBeInTheDocument();
});

it("returns to the sign-in when the sockets are refused as signed out", async () => {
  const { session, streams, goLive } = open();
  await goLive();
  session.user = null;
  streams.alerts.latest.close(4401);
  expect(await screen.findByTestId("login-form")).toBeInTheDocument();
});

it("signs out", async () => {
  const { user, goLive, streams } = open();
  await goLive();
  server.use(http.delete("/api/session", () => new HttpResponse(null, { status: 204 })));
  await user.click(screen.getByRole("button", { name: /Sign out/, hidden: true }));
  expect(await screen.findByTestId("login-form")).toBeInTheDocument();
  await eventually(() => expect(streams.hotspots.latest.closed).toBe(true));
});

it("says so when the server cannot be reached at all, and tries again", async () => {
  const unreachable = http.get("/api/session", () => HttpResponse.error(), { once: true });
  const { user } = open({ handlers: [unreachable] });
  await user.click(await screen.findByRole("button", { name: "Try again" }));
  expect(await screen.findByTestId("row-hotspot-1")).toBeInTheDocument();
});
