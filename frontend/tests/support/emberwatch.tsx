import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse, type RequestHandler } from "msw";
import { App } from "../../src/app/App";
import { eventually } from "./eventually";
import { alertRow, hotspotRow, recommendationRow } from "./rows";
import { server } from "./server";
import { hello, StreamServer } from "./streamServer";

const PERMISSIONS = [
  "hotspots.view_hotspot",
  "hotspots.change_hotspot",
  "alerts.change_alert",
  "recommendations.decide_recommendation",
];

interface World {
  readonly user?: string | null;
  readonly permissions?: readonly string[];
  readonly hotspots?: object[];
  readonly alerts?: object[];
  readonly recommendations?: object[];
  /** Answers that go before the ordinary ones. */
  readonly handlers?: readonly RequestHandler[];
}

export const problem = (status: number, code: string, detail: string) =>
  HttpResponse.json({ type: "about:blank", title: code, status, detail, code }, { status });

/** A server with these rows, and the dashboard in front of it; the sockets join by `goLive()`. */
export function open(world: World = {}) {
  const session = { user: world.user === undefined ? "approver" : world.user };
  serveSession(session, world.permissions ?? PERMISSIONS);
  serveRows("hotspots", world.hotspots ?? [hotspotRow()]);
  serveRows("alerts", world.alerts ?? [alertRow()]);
  serveRows("recommendations", world.recommendations ?? [recommendationRow()]);
  server.use(...(world.handlers ?? []));
  const streams = {
    hotspots: new StreamServer("hotspots"),
    alerts: new StreamServer("alerts"),
    recommendations: new StreamServer("recommendations"),
  };
  const user = userEvent.setup();
  render(<App />);
  return { user, session, streams, goLive: () => goLive(streams) };
}

async function goLive(streams: Readonly<Record<string, StreamServer>>): Promise<void> {
  for (const stream of Object.values(streams)) (await stream.peer(1)).send(hello(10));
  await eventually(() => expect(connectionState()).toBe("live"));
}

export const connectionState = () => screen.getByTestId("connection-status").dataset["state"];

function serveSession(session: { user: string | null }, permissions: readonly string[]): void {
  const me = () => ({ username: session.user, permissions, groups: ["approver"] });
  server.use(
    http.get("/api/session", () => HttpResponse.json({ user: session.user && me() })),
    http.get("/api/me", () => HttpResponse.json(me())),
    http.get("/api/stats", () =>
      HttpResponse.json({ hotspots: { open: 7 }, alerts: {}, recommendations: {}, approved_reduction: 12 }),
    ),
  );
}

function serveRows(name: string, rows: object[]): void {
  const matching = (url: URL) =>
    rows.filter((row) => {
      const known = row as Record<string, unknown>;
      const filters = ["status", "hotspot_id"].filter((key) => url.searchParams.has(key));
      return filters.every((key) => url.searchParams.getAll(key).includes(String(known[key])));
    });
  server.use(
    http.get(`/api/${name}`, ({ request }) =>
      HttpResponse.json({ results: matching(new URL(request.url)), next: null, seq: 10 }),
    ),
    http.get(`/api/${name}/:id/series`, () => HttpResponse.json({ points: [] })),
    http.get(`/api/${name}/:id/history`, () => HttpResponse.json([])),
  );
}
