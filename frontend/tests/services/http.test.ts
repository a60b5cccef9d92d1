import { http, HttpResponse } from "msw";
import { patch, post, RequestError } from "../../src/services/http";
import { problem } from "../support/emberwatch";
import { server } from "../support/server";

/** Answers POSTs to /api/do with what comes next, and keeps their keys. */
function serve(...answers: (() => Response)[]) {
  const keys: (string | null)[] = [];
  server.use(
    http.post("/api/do", ({ request }) => {
      keys.push(request.headers.get("Idempotency-Key"));
      return (answers[keys.length - 1] ?? answers.at(-1))?.();
    }),
  );
  return keys;
}

const ok = () => HttpResponse.json({ done: true });
const away = () => HttpResponse.error();

it.each([
  ["no answer came", away],
  ["the server failed", () => problem(503, "busy", "Too busy.")],
  ["the first is still being answered", () => problem(409, "idempotency_in_progress", "Wait.")],
])("sends the same request with the same key again when %s", async (_, fails) => {
  const keys = serve(fails, ok);
  await expect(post("/api/do", { note: "a" })).rejects.toBeInstanceOf(RequestError);
  await expect(post("/api/do", { note: "a" })).resolves.toEqual({ done: true });
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys[1]).toBe(keys[0]);
});

it.each([
  ["was answered", ok],
  ["was refused", () => problem(412, "version_conflict", "It changed.")],
])("takes another key once a request %s", async (_, answer) => {
  const keys = serve(answer);
  await post("/api/do", {}).catch(() => {});
  await post("/api/do", {}).catch(() => {});
  expect(keys[1]).not.toBe(keys[0]);
});

it("takes another key for another body or another version", async () => {
  const keys = serve(away);
  await post("/api/do", { note: "a" }).catch(() => {});
  await post("/api/do", { note: "b" }).catch(() => {});
  await post("/api/do", { note: "b" }, { version: 3 }).catch(() => {});
  expect(new Set(keys).size).toBe(3);
});

it("names the version that was seen, and none where none was", async () => {
  const versions: (string | null)[] = [];
  const keep = ({ request }: { request: Request }) => {
    versions.push(request.headers.get("If-Match"));
    return ok();
  };
  server.use(http.post("/api/do", keep), http.patch("/api/do", keep));
  await post("/api/do", {}, { version: 7 });
  await patch("/api/do", {}, { version: 8 });
  await post("/api/do");
  expect(versions).toEqual(['"7"', '"8"', null]);
});
