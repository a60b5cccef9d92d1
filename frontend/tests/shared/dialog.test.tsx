import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { Dialog } from "../../src/shared/Dialog";

/** A row with a button that opens a dialog; what the dialog does can take the button or the row away. */
function Page() {
  const [open, setOpen] = useState(false);
  const [left, setLeft] = useState(2);
  return (
    <div tabIndex={-1} data-testid="pane">
      {left > 0 && (
        <ul>
          <li>
            <a data-row href="#row">
              Row
            </a>
            {left > 1 && (
              <button type="button" onClick={() => setOpen(true)}>
                Open
              </button>
            )}
          </li>
        </ul>
      )}
      {open && (
        <Dialog title="Asked" onClose={() => setOpen(false)}>
          <input aria-label="Note" />
          <button type="button" onClick={() => setOpen(false)}>
            Leave
          </button>
          {[1, 0].map((rest) => (
            <button key={rest} type="button" onClick={() => (setLeft(rest), setOpen(false))}>
              {`Leave ${rest}`}
            </button>
          ))}
        </Dialog>
      )}
    </div>
  );
}

async function openDialog() {
  const user = userEvent.setup();
  render(<Page />);
  await user.click(screen.getByRole("button", { name: "Open" }));
  return user;
}

const dialog = () => screen.getByRole<HTMLDialogElement>("dialog", { name: "Asked" });
const isGone = () => expect(screen.queryByRole("dialog")).not.toBeInTheDocument();

it.each([
  ["what opened it", "Leave", () => screen.getByRole("button", { name: "Open" })],
  ["the row, when that button is gone", "Leave 1", () => screen.getByRole("link", { name: "Row" })],
  ["the pane, when the row is gone", "Leave 0", () => screen.getByTestId("pane")],
])("gives the focus back to %s", async (_, leave, place) => {
  const user = await openDialog();
  await user.click(screen.getByRole("button", { name: leave }));
  isGone();
  expect(place()).toHaveFocus();
});

it("is over when the browser closes it, by Escape or otherwise", async () => {
  await openDialog();
  const closed = dialog();
  closed.close();
  fireEvent(closed, new Event("close"));
  isGone();
});

it("stays open for an event of an earlier close", async () => {
  await openDialog();
  fireEvent(dialog(), new Event("close"));
  expect(dialog()).toBeInTheDocument();
});

it("closes by a press beside it, and not where a selection of text ends there", async () => {
  const user = await openDialog();
  await user.pointer([
    { keys: "[MouseLeft>]", target: screen.getByRole("textbox", { name: "Note" }) },
    { target: dialog() },
    { keys: "[/MouseLeft]", target: dialog() },
  ]);
  fireEvent.click(dialog()); // the browser sends it to what holds both ends
  expect(dialog()).toBeInTheDocument();
  await user.click(dialog());
  isGone();
});
