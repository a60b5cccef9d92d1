"""What the documents promise, held against the code: a reader must not be sent astray."""

import re
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands
from drf_spectacular.generators import SchemaGenerator

from alerts.serializers import AlertSerializer
from config.env import SETTINGS
from config.errors import UNKNOWN
from hotspots.backtest.serializers import BacktestSerializer, FoundSerializer, OutcomeSerializer
from hotspots.detection.units import UnitError
from hotspots.models import Hotspot
from hotspots.serializers import HotspotSerializer
from hotspots.series.serializers import SeriesRowSerializer, TargetSerializer
from recommendations.serializers import RecommendationSerializer
from streams import closing
from streams.errors import DomainError

ROOT = Path(__file__).resolve().parent.parent
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), ROOT / "frontend/README.md"]
DECISIONS = sorted(ROOT.glob("docs/decisions/*.md"))
PROTOCOL = (ROOT / "docs/protocol.md").read_text()
THERE = PROTOCOL.partition("## Not there yet")[0]
METHODS = ("get", "post", "put", "patch", "delete")
UNDESCRIBED = {"GET /api/schema", "GET /api/docs"}  # the description does not describe itself


def ids(path):
    return str(path.relative_to(ROOT))


def subclasses(kind):
    """Every class below one, at any depth."""
    for below in kind.__subclasses__():
        yield below
        yield from subclasses(below)


def written(pattern, *globs):
    """What a pattern's group matches in the sources."""
    files = (path for where in globs for path in ROOT.glob(where) if path.is_file())
    return {found for path in files for found in re.findall(pattern, path.read_text())}


def calls():
    """Each call of the API as the protocol writes it, with its description."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {
        f"{method.upper()} {path}": operation
        for path, operations in paths.items()
        for method, operation in operations.items()
        if method in METHODS
    }


def missing(names, page=THERE):
    """Those names that a page does not show in code style."""
    return sorted(name for name in names if f"`{name}`" not in page)


def slug(heading):
    """The anchor of a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_into_the_project_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
            assert anchor in map(slug, headings), target


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_path_that_a_page_names_is_there(page):
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", page.read_text())
    ours = [path for path in named if (ROOT / path.partition("/")[0]).is_dir()]
    made_by_running = [path for path in ours if path.startswith("var/")]
    assert [path for path in {*ours} - {*made_by_running} if not (ROOT / path).exists()] == []


def test_every_command_that_a_page_or_a_unit_calls_exists():
    called = written(
        r'manage\.py[", ]+(\w+)', "*.md", "docs/**/*.md", "deploy/**/*", "scripts/*.sh"
    )
    assert {"serve", "db_worker", "ingest"} <= called
    assert called - get_commands().keys() == set()


def test_every_setting_that_a_page_or_a_container_names_exists():
    named = written(r"`((?:STREAMS|HOTSPOT)_[A-Z_]+|[A-Z]+_URL|[A-Z]+_DIR)[`=]", "docs/**/*.md")
    compose = yaml.safe_load((ROOT / "deploy/compose.yml").read_text())
    assert (named | compose["services"]["serve"]["environment"].keys()) - SETTINGS.keys() == set()


def test_the_protocol_tells_defaults_as_they_are():
    told = re.findall(r"`([A-Z_]+)` \(([\d,]+)", PROTOCOL)
    assert len(told) > 8
    assert [
        name for name, value in told if SETTINGS[name].default != float(value.replace(",", ""))
    ] == []


def test_the_protocol_has_every_close_code_with_its_name():
    codes = {one for one in vars(closing).values() if isinstance(one, closing.Closing)}
    assert len(codes) > 5
    assert [one for one in codes if f"| {one.code} | `{one.name}` |" not in THERE] == []


def test_the_protocol_has_every_frame_and_every_command():
    frames = written(r'(?:tell|_answer)\(\s*(?:command, )?"(\w+)"', "streams/*.py")
    commands = written(r'case "(\w+)"', "streams/commands.py")
    assert {"hello", "beacon", "ping"} <= frames | commands
    assert [frame for frame in frames if f"| `{frame}` |" not in THERE] == []
    assert [name for name in commands if f'{{"type":"{name}"' not in THERE] == []


def test_the_protocol_has_every_refusal_of_a_command():
    assert missing(written(r'_refuse\(command, "(\w+)"', "streams/commands.py")) == []


def test_the_protocol_has_every_call_of_the_api_and_no_other():
    told = set(re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /api/[^`\s?]+)", THERE))
    assert told - UNDESCRIBED == set(calls())


def test_the_protocol_has_every_query_parameter():
    parameters = {
        parameter["name"]
        for operation in calls().values()
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "query"
    }
    assert "opened_after" in parameters
    assert missing(parameters - {"simulated"}) == []
    assert "`?simulated=true`" in THERE


def test_the_protocol_has_every_error_code():
    raised = {kind.code for kind in subclasses(DomainError)} - {DomainError.code}
    framework = written(r'\b[45]\d\d, "(\w+)"', "config/errors.py")
    assert {"already_decided", "server_error"} <= raised | framework
    assert missing({*raised, *framework, *UNKNOWN}) == []


def test_the_protocol_has_every_code_of_a_rejected_reading():
    found = written(r'(?:RefusedError|UnfitError|Rejection)\(\s*(?:index, )?"(\w+)"', "ingest/*.py")
    found |= written(r'UnfitError\(\s*"(\w+)"', "hotspots/**/*.py")
    found |= {kind.code for kind in (UnitError, *subclasses(UnitError))}
    assert {"bad_value", "unit_mismatch", "entity_type_mismatch"} <= found
    assert missing(found) == []


@pytest.mark.parametrize(
    "serializer",
    [
        HotspotSerializer,
        AlertSerializer,
        RecommendationSerializer,
        SeriesRowSerializer,
        TargetSerializer,
        BacktestSerializer,
        OutcomeSerializer,
        FoundSerializer,
    ],
)
def test_the_protocol_has_every_field_of_a_row(serializer):
    rows = THERE.partition("## Rows")[2]
    assert missing(serializer().fields, rows) == []


def test_the_protocol_has_every_value_that_a_hotspot_can_take():
    kinds = (Hotspot.Severity, Hotspot.Rule, Hotspot.Side, Hotspot.Status, Hotspot.Advice)
    assert missing(value for kind in kinds for value in kind.values) == []


@pytest.mark.parametrize("page", DECISIONS, ids=ids)
def test_a_decision_has_context_decision_and_consequences_on_one_page(page):
    text = page.read_text()
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert text.startswith(f"# {int(page.name[:4])}. ")
    assert len(text.splitlines()) <= 60


def test_decisions_are_numbered_without_a_gap():
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
