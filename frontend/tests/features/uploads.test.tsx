import { screen, waitFor, within } from "@testing-library/react";
import { http, HttpResponse, type RequestHandler } from "msw";
import { open, problem } from "../support/emberwatch";
import { uploadRow } from "../support/rows";

const PERMISSIONS = ["hotspots.add_measurement"];
const list = (...rows: object[]) =>
  http.get("/api/uploads", () => HttpResponse.json({ results: rows, next: null }));
const mappings = http.get("/api/mappings", () => HttpResponse.json({ results: [], next: null }));
const preview = (...lines: object[]) =>
  http.post("/api/uploads/1/preview", () => HttpResponse.json({ lines, unused: ["note"] }));
const GOOD = {
  line: 2,
  reading: { entity: "Plant", metric: "energy", value: 12, time: "2026-01-01T00:00:00Z" },
  code: "",
  detail: "",
};
const BAD = { line: 3, reading: null, code: "bad_value", detail: "'x' is no number." };

const openUpload = (row: object, ...handlers: RequestHandler[]) => {
  window.history.replaceState(null, "", "/?page=uploads&upload=1");
  return open({
    permissions: PERMISSIONS,
    handlers: [...handlers, list(row), mappings, http.get("/api/uploads/1", () => HttpResponse.json(row))],
  });
};

it("brings who may only send readings to the uploads, without a live connection", async () => {
  open({ permissions: PERMISSIONS, handlers: [list()] });
  expect(await screen.findByTestId("page-uploads")).toBeInTheDocument();
  expect(await screen.findByText("No uploads yet")).toBeInTheDocument();
  expect(screen.queryByTestId("connection-status")).not.toBeInTheDocument();
});

it("says why the list could not be loaded", async () => {
  const away = http.get("/api/uploads", () => problem(403, "forbidden", "You may not send readings."));
  open({ permissions: PERMISSIONS, handlers: [away] });
  expect(await screen.findByRole("alert")).toHaveTextContent("You may not send readings.");
});

it("says why a file was refused", async () => {
  const refused = http.post("/api/uploads", () => problem(413, "too_large", "The file is larger than 2 GB."));
  const { user } = open({ permissions: PERMISSIONS, handlers: [list(), refused] });
  await user.upload(await screen.findByTestId("upload-file"), new File(["x"], "huge.csv"));
  expect(await screen.findByRole("alert")).toHaveTextContent("huge.csv: The file is larger than 2 GB.");
});

it("starts only once every needed field has a source, with what was chosen", async () => {
  const sent: unknown[] = [];
  const start = http.post("/api/uploads/1/start", async ({ request }) => {
    sent.push(await request.json());
    return HttpResponse.json(uploadRow({ status: "done", lines: 2, accepted: 2 }));
  });
  const { user } = openUpload(uploadRow(), preview(GOOD, BAD), start);
  const button = await screen.findByTestId("upload-start");
  expect(button).toBeDisabled();
  await user.selectOptions(screen.getByTestId("map-metric"), "constant");
  await user.type(screen.getByTestId("constant-metric"), "energy");
  expect(await screen.findByTestId("preview-verdict")).toHaveTextContent("1 of the first 2 lines would be rejected.");
  expect(screen.getByText("'x' is no number.", { exact: false })).toBeInTheDocument();
  await user.type(screen.getByTestId("mapping-name"), "Meters");
  await user.click(button);
  expect(await screen.findByText("2 readings stored.")).toBeInTheDocument();
  expect(sent).toMatchObject([
    {
      mapping: { columns: { entity: "Site", time: "When", value: "kWh" }, constants: { metric: "energy" } },
      save_as: "Meters",
    },
  ]);
});

it("offers the rejected lines of a file that was read in", async () => {
  openUpload(uploadRow({ status: "done", lines: 9, accepted: 7, rejected: 2 }));
  const link = await screen.findByTestId("error-file");
  expect(link).toHaveAttribute("href", "/api/uploads/1/errors");
  expect(screen.getByText("7 readings stored, 2 lines rejected.")).toBeInTheDocument();
});

it("says that the lines of a file were there already", async () => {
  openUpload(uploadRow({ status: "done", lines: 9, duplicates: 7, rejected: 2 }));
  expect(await screen.findByText("Nothing new, 7 there already, 2 lines rejected.")).toBeInTheDocument();
});

it("counts up while a file is being read in, and stops looking when it is done", async () => {
  let looks = 0;
  const growing = http.get("/api/uploads/1", () => {
    looks++;
    const change = looks < 3 ? { status: "running", lines: looks, read_bytes: looks } : { status: "done", lines: 3 };
    return HttpResponse.json(uploadRow(change));
  });
  openUpload(uploadRow({ status: "running" }), growing);
  expect(await screen.findByTestId("upload-progress")).toBeInTheDocument();
  expect(await screen.findByTestId("upload-result")).toBeInTheDocument();
  expect(looks).toBe(3);
});

it("keeps an upload whose deletion is not confirmed", async () => {
  let deleted = 0;
  const gone = http.delete("/api/uploads/1", () => {
    deleted++;
    return new HttpResponse(null, { status: 204 });
  });
  const { user } = openUpload(uploadRow({ status: "done" }), gone);
  await user.click(await screen.findByTestId("upload-delete"));
  await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Cancel" }));
  expect(deleted).toBe(0);
  await user.click(screen.getByTestId("upload-delete"));
  await user.click(screen.getByTestId("confirm"));
  await waitFor(() => expect(deleted).toBe(1));
  await waitFor(() => expect(window.location.search).toBe("?page=uploads"));
});

it("says what only a person can tell, until one does", async () => {
  const doubts = [
    { code: "day_or_month", detail: "The day first?" },
    { code: "no_offset", detail: "Which zone?" },
  ];
  const suggestion = { columns: { value: "kWh" }, time_format: "%d.%m.%Y" };
  const { user } = openUpload(uploadRow({ suggestion, doubts }), preview(GOOD));
  expect(await screen.findByTestId("doubt-day_or_month")).toHaveTextContent("The day first?");
  await user.type(screen.getByTestId("time-zone"), "Asia/Seoul");
  expect(screen.queryByTestId("doubt-no_offset")).not.toBeInTheDocument();
  await user.clear(screen.getByTestId("time-pattern"));
  await user.type(screen.getByTestId("time-pattern"), "%m.%d.%Y");
  expect(screen.queryByTestId("doubt-day_or_month")).not.toBeInTheDocument();
});

describe("saved mappings", () => {
  const openSaved = async (...handlers: RequestHandler[]) => {
    const kept = [
      { id: 1, name: "Meters", mapping: {} },
      { id: 2, name: "Trucks", mapping: {} },
    ];
    const served = http.get("/api/mappings", () => HttpResponse.json({ results: kept, next: null }));
    const world = openUpload(uploadRow(), ...handlers, served, preview(GOOD));
    await world.user.click(await screen.findByTestId("manage-mappings"));
    return { ...world, kept, line: within(screen.getByTestId("saved-mapping-1")) };
  };

  it("are renamed, and keep their name if another has it", async () => {
    const names: unknown[] = [];
    const rename = http.patch("/api/mappings/1", async ({ request }) => {
      const { name } = (await request.json()) as { name: string };
      names.push(name);
      if (name === "Trucks") return problem(409, "name_taken", "There is a mapping 'Trucks' already.");
      kept[0] = { id: 1, name, mapping: {} };
      return HttpResponse.json(kept[0]);
    });
    const { user, kept, line } = await openSaved(rename);
    const [input, button] = [line.getByRole("textbox"), line.getByRole("button", { name: "Rename" })];
    expect(button).toBeDisabled();
    await user.clear(input);
    expect(button).toBeDisabled();
    await user.type(input, "Trucks");
    await user.click(button);
    expect(await line.findByRole("alert")).toHaveTextContent("There is a mapping 'Trucks' already.");
    await user.clear(input);
    await user.type(input, " Gas meters ");
    await user.click(button);
    await waitFor(() => expect(screen.getByTestId("saved-mappings")).toHaveTextContent("Gas meters"));
    expect(names).toEqual(["Trucks", "Gas meters"]);
  });

  it("are deleted once that is confirmed", async () => {
    let deleted = 0;
    const gone = http.delete("/api/mappings/1", () => {
      deleted++;
      kept.shift();
      return new HttpResponse(null, { status: 204 });
    });
    const { user, kept, line } = await openSaved(gone);
    await user.click(line.getByRole("button", { name: "Delete" }));
    await user.click(screen.getByRole("button", { name: "Cancel" }));
    expect(deleted).toBe(0);
    await user.click(within(screen.getByTestId("saved-mapping-1")).getByRole("button", { name: "Delete" }));
    expect(screen.getByRole("dialog")).toHaveTextContent("Meters is not suggested any more.");
    await user.click(screen.getByTestId("confirm"));
    await waitFor(() => expect(screen.queryByTestId("saved-mapping-1")).not.toBeInTheDocument());
    expect(screen.getByTestId("saved-mapping-2")).toBeInTheDocument();
    expect(deleted).toBe(1);
  });
});
