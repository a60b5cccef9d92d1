"""A file is mapped, looked at, read in, and its bad lines come back."""

import csv
import io

import pytest
import pytest_asyncio
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
HEADER = "Werk;Zeit;Verbrauch;Bemerkung"
BAD_LINES = {4: "n/a", 6: ""}  # by line of the file, the header being line 1


def meter_export(name):
    """Six lines with a decimal comma and times of a pattern; two have no number."""
    values = {line: BAD_LINES.get(line, f"1{line},5") for line in range(2, 8)}
    lines = [f"{name};{line:02}.03.2026 07:00;{value};ok" for line, value in values.items()]
    return "\n".join([HEADER, *lines]).encode()


@pytest_asyncio.fixture(loop_scope="session")
async def open_uploads(open_desk, sign_in):
    """A function that opens the page of uploads for who may only send readings."""

    async def open_page(**options):
        desk = await open_desk(storage_state=await sign_in("ingester"), **options)
        await desk.visit()
        await desk.shows(desk.page.get_by_test_id("page-uploads"))
        return desk

    return open_page


async def choose(desk, name, content):
    """Send a file by the file chooser, and wait for its page."""
    file = {"name": name, "mimeType": "text/csv", "buffer": content}
    await desk.page.get_by_test_id("upload-file").set_input_files(file)
    detail = desk.page.get_by_test_id("upload-detail")
    await desk.shows(detail, name)
    return detail


async def describe(desk, entity="Werk"):
    """Say what each column is, and how times are written."""
    page = desk.page
    await page.get_by_test_id("map-metric").select_option("constant")
    await page.get_by_test_id("constant-metric").fill("energy")
    await page.get_by_test_id("map-entity").select_option(f"column:{entity}")
    await page.get_by_test_id("map-value").select_option("column:Verbrauch")
    await page.get_by_test_id("map-time").select_option("column:Zeit")
    if not await page.get_by_test_id("time-pattern").count():
        await page.get_by_test_id("time-format").select_option("pattern")
    await page.get_by_test_id("time-pattern").fill("%d.%m.%Y %H:%M")
    await page.get_by_test_id("time-zone").fill("Europe/Berlin")


async def test_a_file_is_mapped_looked_at_and_read_in(open_uploads):
    desk = await open_uploads()
    page = desk.page
    detail = await choose(desk, "export.csv", meter_export("Upload 1"))
    await expect(page.get_by_test_id("upload-start")).to_be_disabled()

    await describe(desk)
    await desk.shows(
        page.get_by_test_id("preview-verdict"), "2 of the first 6 lines would be rejected"
    )
    await desk.shows(detail, "bad_value")
    await page.get_by_test_id("upload-start").click()

    await desk.shows(page.get_by_test_id("upload-result"), "4 readings stored, 2 lines rejected")
    await expect(page.get_by_test_id("count-accepted")).to_have_text("4")
    await expect(page.get_by_test_id("count-rejected")).to_have_text("2")
    async with page.expect_download() as pending:
        await page.get_by_test_id("error-file").click()
    path = await (await pending.value).path()
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert {int(row["line"]): row["Verbrauch"] for row in rows} == BAD_LINES


async def test_a_kept_mapping_serves_the_next_file_and_the_same_lines_change_nothing(open_uploads):
    desk = await open_uploads()
    page = desk.page
    content = meter_export("Upload 2").replace(b"Werk", b"Anlage")
    await choose(desk, "first.csv", content)
    await describe(desk, "Anlage")
    await page.get_by_test_id("mapping-name").fill("Meters of upload 2")
    await page.get_by_test_id("upload-start").click()
    await desk.shows(page.get_by_test_id("upload-result"))

    await choose(desk, "again.csv", content)
    await page.get_by_test_id("saved-mappings").select_option(label="Meters of upload 2")
    await desk.shows(page.get_by_test_id("preview-verdict"), "2 of the first 6")
    await page.get_by_test_id("upload-start").click()

    await desk.shows(page.get_by_test_id("upload-result"))
    await expect(page.get_by_test_id("count-duplicates")).to_have_text("4")
    await expect(page.get_by_test_id("count-accepted")).to_have_text("0")


async def test_an_upload_is_deleted_once_that_is_confirmed(open_uploads):
    desk = await open_uploads()
    page = desk.page
    await choose(desk, "doomed.csv", meter_export("Upload 3"))
    row = page.locator("[data-testid^=row-upload-]", has_text="doomed.csv")
    await desk.shows(row)

    await page.get_by_test_id("upload-delete").click()
    await page.get_by_role("button", name="Cancel", exact=True).click()
    await expect(row).to_have_count(1)
    await page.get_by_test_id("upload-delete").click()
    await page.get_by_test_id("confirm").click()

    await expect(row).to_have_count(0)
    await expect(page.get_by_test_id("upload-detail")).to_have_count(0)


async def test_a_file_that_is_none_is_refused_in_words(open_uploads):
    desk = await open_uploads()

    file = {"name": "empty.csv", "mimeType": "text/csv", "buffer": b""}
    await desk.page.get_by_test_id("upload-file").set_input_files(file)

    await desk.shows(desk.page.get_by_role("alert"), "empty.csv")
    desk.expect_problem("400")
    await expect(desk.page.get_by_test_id("upload-detail")).to_have_count(0)
