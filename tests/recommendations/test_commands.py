"""The commands that answer for other programs, over their standard output."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from recommendations.generation.recommending import NOTHING_FITS
from recommendations.models import Passage, Playbook, Recommendation
from streams.models import StreamEvent
from tests.factories import make_hotspot

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
AIR = {
    "id": "a1",
    "entity_type": "route",
    "metric": "co2e",
    "text": "The vessel was missed, so the parts were flown in.",
}


def answers(command, *rows, monkeypatch, **options):
    lines = "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    out = io.StringIO()
    call_command(command, "--json", stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.mark.django_db
def test_recommend_answers_each_line_and_writes_nothing(playbooks, monkeypatch):
    off = {"id": 7, "entity_type": "site", "metric": "energy", "text": "Whisk the eggs."}

    good, refused = answers("recommend", AIR, off, monkeypatch=monkeypatch)

    assert (good["id"], good["refused"], good["retriever"]) == ("a1", False, "hybrid")
    assert good["recommendations"][0]["playbook"] == "air-to-sea"
    assert {"title", "action", "score", "citations"} <= set(good["recommendations"][0])
    assert (refused["id"], refused["refused"], refused["recommendations"]) == (7, True, [])
    assert refused["reason"]
    assert not Recommendation.objects.exists()
    assert not StreamEvent.objects.exists()


@pytest.mark.django_db
def test_recommend_takes_a_hotspots_own_fields(playbooks, monkeypatch):
    row = AIR | {"unit": "kg", "value": 100.0, "baseline": 10.0, "side": "high"}

    (answer,) = answers("recommend", row, monkeypatch=monkeypatch)

    assert answer["recommendations"][0]["co2_reduction"] == 97.0


@pytest.mark.django_db
def test_recommend_keeps_to_its_limit(playbooks, monkeypatch):
    row = AIR | {"text": "trucks idle, come back empty, go half full, detour, soft tires"}

    (answer,) = answers("recommend", row, monkeypatch=monkeypatch, limit=2)

    assert len(answer["recommendations"]) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{not json\n", "line 2: "),
        ("[1, 2]\n", "line 2: not a JSON object"),
        ('{"text": 5}\n', "line 2: text must be a string"),
        ('{"value": "high"}\n', "line 2: value must be a finite number"),
        ('{"text": "a\\ud800b"}\n', "line 2: there is something in it that is not text"),
        ('{"text": "a", "unit": "\\udfff"}\n', "line 2: there is something in it that is not"),
        ("[" * 100_000 + "\n", "line 2: nested too deeply"),
    ],
)
def test_a_bad_line_is_named(playbooks, monkeypatch, line, complaint):
    with pytest.raises(CommandError, match=complaint):
        answers("recommend", AIR, line, monkeypatch=monkeypatch)


def test_ground_says_what_is_supported_without_a_database(monkeypatch):
    passage = "Leaks waste as much as 20%-30% of a compressor's output."
    rows = [
        {"id": 1, "claim": "Leaks waste 20 % of the output.", "passage": passage},
        {"id": 2, "claim": "Leaks waste 45 % of the output.", "passage": passage},
        {"id": 3, "claim": "Leaks waste 45 l.", "passage": passage, "event_numbers": [45]},
    ]

    good, bad, own = answers("ground", *rows, monkeypatch=monkeypatch)

    assert (good["supported"], good["unsupported_numbers"]) == (True, [])
    assert (bad["supported"], bad["unsupported_numbers"]) == (False, ["45"])
    assert own["supported"]


@pytest.mark.parametrize(
    "row",
    [
        {"claim": "x"},
        {"claim": 1, "passage": "x"},
        {"claim": "x", "passage": "x", "event_numbers": ["1"]},
        {"claim": "x", "passage": "x", "event_numbers": 5},
        {"claim": "a\ud800", "passage": "x"},
        {"id": "\ud800", "claim": "x", "passage": "x"},
    ],
)
def test_ground_names_a_bad_line(monkeypatch, row):
    with pytest.raises(CommandError, match=r"line 1: .* (must be|is not text)"):
        answers("ground", row, monkeypatch=monkeypatch)


@pytest.mark.django_db
def test_rag_sync_fills_the_tables_and_a_second_run_changes_nothing():
    first, second = io.StringIO(), io.StringIO()

    call_command("rag_sync", stdout=first)
    passages = list(Passage.objects.order_by("pk").values())
    call_command("rag_sync", stdout=second)

    assert "added air-to-sea" in first.getvalue()
    assert Playbook.objects.count() >= 14
    assert "added" not in second.getvalue()
    assert list(Passage.objects.order_by("pk").values()) == passages


@pytest.mark.django_db
def test_rag_sync_tells_what_changed_and_what_went(playbooks):
    out = io.StringIO()
    Playbook.objects.filter(slug="cut-idling").update(content_hash="old", title="Old")
    Playbook.objects.create(slug="gone", title="Gone", edition=1, front_matter={}, content_hash="x")

    call_command("rag_sync", stdout=out)

    assert "changed cut-idling" in out.getvalue()
    assert "removed gone" in out.getvalue()
    assert Playbook.objects.get(slug="cut-idling").title == "Stop engines that idle"
    assert not Playbook.objects.filter(slug="gone").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("content", ["no front matter", "---\nid: x\n---\nbody"])
def test_rag_sync_refuses_a_malformed_file_and_changes_nothing(playbooks, tmp_path, content):
    (tmp_path / "x.md").write_text(content)
    before = Playbook.objects.count()

    with pytest.raises(CommandError, match=r"x\.md: "):
        call_command("rag_sync", folder=tmp_path)

    assert Playbook.objects.count() == before


@pytest.mark.django_db
def test_rag_sync_names_what_cannot_be_read(playbooks, tmp_path):
    (tmp_path / "x.md").mkdir()

    with pytest.raises(CommandError, match=r"x\.md: Is a directory"):
        call_command("rag_sync", folder=tmp_path)

    assert Playbook.objects.exists()


@pytest.mark.django_db
def test_rag_sync_refuses_an_empty_folder(playbooks, tmp_path):
    with pytest.raises(CommandError, match="has no playbooks"):
        call_command("rag_sync", folder=tmp_path)

    assert Playbook.objects.exists()


@pytest.mark.django_db
def test_recommend_answers_plain_words_for_a_person(playbooks):
    words = ("engines", "run", "for", "hours", "at", "the", "gate")

    told = said("recommend", *words, entity_type="fleet", metric="fuel")

    assert told.startswith("fleet, fuel: engines run for hours at the gate\n1. Stop engines that")
    assert "   do          " in told
    assert "   says        " in told
    assert told.rstrip().endswith("searched by hybrid")
    assert "\x1b" not in told
    assert not Recommendation.objects.exists()


@pytest.mark.django_db
def test_recommend_says_in_words_that_nothing_fits(playbooks):
    told = said("recommend", "How long does a chicken need in the oven?", entity_type="grid")

    assert NOTHING_FITS in told
    assert "1." not in told


@pytest.mark.django_db
def test_recommend_takes_a_hotspot_and_leaves_it_as_it_is(playbooks):
    hotspot = make_hotspot()

    told = said("recommend", hotspot=hotspot.pk)

    assert "122 kg where 80 kg was expected" in told
    hotspot.refresh_from_db()
    assert hotspot.advice == "pending"
    assert not Recommendation.objects.exists()


@pytest.mark.django_db
def test_recommend_names_a_hotspot_that_is_not_there():
    with pytest.raises(CommandError, match=r"There is no hotspot 4711\."):
        said("recommend", hotspot=4711)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "options", "complaint"),
    [
        ([""], {}, "Say in words what was seen"),
        ([" ", ""], {}, "Say in words what was seen"),
        (["truck \udcff"], {}, "not text"),
        (["trucks", "idle"], {"entity_type": "\udcff"}, "not text"),
        (["trucks", "idle"], {"hotspot": 1}, "not both"),
    ],
)
def test_recommend_says_what_it_cannot_read(words, options, complaint):
    with pytest.raises(CommandError, match=complaint):
        said("recommend", *words, **options)


@pytest.mark.django_db
def test_recommend_reads_a_file_and_takes_none_that_is_missing_for_words(playbooks, tmp_path):
    (tmp_path / "a.jsonl").write_text(json.dumps(AIR) + "\n\n" + json.dumps(AIR) + "\n")

    assert said("recommend", str(tmp_path / "a.jsonl")).count("1. Bring air freight back") == 2
    with pytest.raises(CommandError, match=r"b\.jsonl: "):
        said("recommend", str(tmp_path / "b.jsonl"))


def said(command, *arguments, **options):
    out = io.StringIO()
    call_command(command, *arguments, stdout=out, **options)
    return out.getvalue()


def test_two_processes_without_a_database_give_the_same_bytes(tmp_path):
    lines = b"".join((HERE / "situations.jsonl").read_bytes().splitlines(keepends=True)[::10])

    first, second = (run_recommend(lines, tmp_path, seed) for seed in ("1", "2"))

    assert first == second
    assert len(first.splitlines()) == len(lines.splitlines())


def run_recommend(lines, data_dir, seed):
    """What the command prints, in a process of its own on an empty database."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "DATA_DIR": str(data_dir),
        "PYTHONHASHSEED": seed,
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "recommend", "--json"],
        input=lines, capture_output=True, cwd=ROOT, env=environment, check=True,
    )  # fmt: skip
    assert b"the shipped playbooks are used" in done.stderr
    return done.stdout
