"""What somebody who sets the project up relies on: lists, locks and documents that agree."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from config.env import SETTINGS, Setting

ROOT = Path(__file__).resolve().parent.parent
LOCK_LISTS = sorted(ROOT.glob("requirements/*.txt"))
PACKAGE_LOCKS = [ROOT / "frontend/package-lock.json", ROOT / "tests/e2e/package-lock.json"]


def as_written(setting: Setting) -> str:
    """A default as it stands in a file."""
    if isinstance(setting.default, bool):
        return str(setting.default).lower()
    if isinstance(setting.default, int | float):
        return f"{setting.default:.15g}"
    return str(setting.default or "")


def test_the_settings_page_lists_every_setting_with_default_and_unit():
    page = (ROOT / "docs/settings.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (?:`(.*?)`)? ?\| ?(.*?) ?\|", page, re.MULTILINE)
    expected = {(name, as_written(row), row.unit) for name, row in SETTINGS.items()}
    assert set(rows) == expected
    assert len(rows) == len(expected)


def test_the_example_file_lists_every_setting_with_its_default_and_changes_nothing():
    lines = (ROOT / ".env.example").read_text().splitlines()
    assert all(line.startswith("#") for line in lines if line)
    listed = dict(line[1:].split("=", 1) for line in lines if re.match(r"#[A-Z_]+=", line))
    assert listed == {name: as_written(row) for name, row in SETTINGS.items()}


@pytest.mark.parametrize("path", LOCK_LISTS, ids=lambda path: path.name)
def test_a_requirement_list_pins_and_hashes_everything_and_names_no_address(path):
    entries = path.read_text().replace("\\\n", " ").splitlines()
    assert entries
    assert [entry for entry in entries if not re.match(r"\S+==\S+", entry)] == []
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in path.read_text()


def pinned(name: str) -> set[str]:
    """The packages of a list with their versions."""
    text = (ROOT / f"requirements/{name}.txt").read_text()
    return set(re.findall(r"^\S+==\S+", text, re.MULTILINE))


def test_each_list_holds_everything_of_the_smaller_one():
    assert pinned("base")
    assert pinned("base") < pinned("llm") < pinned("dev")


def test_the_list_with_a_language_model_holds_what_its_extra_asks_for():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    names = {entry.partition("==")[0] for entry in pinned("llm")}

    assert {re.match(r"[\w-]+", asked)[0] for asked in extra["llm"]} <= names


def test_every_list_is_written_by_the_lock_script_and_installed_by_one():
    scripts = {name: (ROOT / "scripts" / name).read_text() for name in ("lock.sh", "bootstrap.sh")}
    installed = re.findall(r"list=requirements/(\w+)\.txt", scripts["bootstrap.sh"])

    assert sorted(re.findall(r"^compile (\w+)", scripts["lock.sh"], re.MULTILINE)) == [
        path.stem for path in LOCK_LISTS
    ]
    assert sorted(installed) == ["base", "dev", "llm"]


@pytest.mark.parametrize("path", PACKAGE_LOCKS, ids=lambda path: path.parent.name)
def test_a_package_lock_names_no_address_and_checks_every_package(path):
    packages = json.loads(path.read_text())["packages"]
    outside = {name: row for name, row in packages.items() if name and not row.get("link")}
    assert [name for name, row in outside.items() if "resolved" in row] == []
    assert [name for name, row in outside.items() if not row.get("integrity")] == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_every_path_that_a_first_page_names_is_there(page):
    text = (ROOT / page).read_text()
    named = re.findall(r"`((?:[\w.-]+/)+(?:[\w.-]+)?|\.env\.example|[A-Z]+\.md)`", text)
    assert named
    made_by_running = {"var/"}
    assert [path for path in {*named} - made_by_running if not (ROOT / path).exists()] == []
