import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

STEPS = ["HOTSPOT_POLICY_STEPS", "HOTSPOT_RATIO_STEPS", "HOTSPOT_SCORE_STEPS"]


@pytest.mark.parametrize("name", STEPS)
def test_steps_are_read_as_numbers(name):
    assert env.steps(name) == tuple(map(float, env.SETTINGS[name].default.split(",")))


@pytest.mark.parametrize(
    "written",
    ["1", "1.5,1.25", "1.25,1.25", "0,1", "-1,1", "1,nan", "nan,2", "1,inf", "a,b", "1,2,3"],
)
def test_steps_that_do_not_rise_stop_the_start(monkeypatch, written):
    monkeypatch.setenv("HOTSPOT_RATIO_STEPS", written)

    with pytest.raises(ImproperlyConfigured) as stopped:
        env.steps("HOTSPOT_RATIO_STEPS")

    assert str(stopped.value) == (
        f"HOTSPOT_RATIO_STEPS: must be 2 rising numbers above 0, like 1.25,1.5, got {written!r}"
    )


@pytest.mark.parametrize("written", ["nan", "inf", "-inf"])
def test_a_number_that_is_not_finite_stops_the_start(monkeypatch, written):
    monkeypatch.setenv("HOTSPOT_THRESHOLD", written)

    with pytest.raises(ImproperlyConfigured, match="HOTSPOT_THRESHOLD: must be a number"):
        env.get("HOTSPOT_THRESHOLD")


@pytest.mark.parametrize(
    ("name", "written", "wanted"),
    [
        ("PORT", "abc", "must be a whole number, got 'abc'"),
        ("DECISION_FOUR_EYES", "enabled", "must be true or false, got 'enabled'"),
        ("STREAMS_POLL_SECONDS", "2s", "must be a number, got '2s'"),
        ("ALERT_STORM_SECONDS", "-1", "must be at least 1, got -1"),
        ("DECISION_UNDO_SECONDS", "9" * 20, f"must be at most 3162240000, got {'9' * 20}"),
        ("RECOMMENDATION_EXPIRY_HOURS", "900000", "must be at most 878400, got 900000"),
        ("LLM_DAILY_TOKENS", "9" * 20, f"must be at most 9007199254740992, got {'9' * 20}"),
        ("DATABASE_URL", "nonsense",
         "must be like postgres://user:password@host:5432/name; SQLite needs none"),
        ("DATABASE_URL", "mysql://me@host/name",
         "must be like postgres://user:password@host:5432/name; SQLite needs none"),
        ("LOG_LEVEL", "loud", "must be DEBUG, INFO, WARNING, ERROR or CRITICAL, got 'loud'"),
        ("RAG_VECTOR_BACKEND", "faiss", "must be numpy or pgvector, got 'faiss'"),
        ("TRUSTED_PROXIES", "10.0.0.0/24,proxy",
         "must be addresses or networks, like 127.0.0.1,10.0.0.0/24, got 'proxy'"),
        ("ALLOWED_ORIGINS", "app.example",
         "must be sites without a path, like https://app.example, got 'app.example'"),
        ("ALLOWED_ORIGINS", "https://app.example/",
         "must be sites without a path, like https://app.example, got 'https://app.example/'"),
        ("DATA_DIR", "/proc/emberwatch",
         "cannot use /proc/emberwatch: No such file or directory"),
        ("HOTSPOT_POLICY_STEPS", "1,0.8,1.5",
         "must be 3 rising numbers above 0, like 0.8,1,1.5, got '1,0.8,1.5'"),
    ],
)  # fmt: skip
def test_a_command_says_which_setting_is_wrong_in_one_line(name, written, wanted):
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", name: written},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 1
    assert done.stderr == f"emberwatch: {name}: {wanted}\n"


@pytest.mark.parametrize("row", env.SETTINGS.values(), ids=env.SETTINGS)
def test_an_empty_setting_counts_as_not_given(monkeypatch, row):
    monkeypatch.setenv(row.name, " ")

    assert env.get(row.name) == row.default


@pytest.mark.parametrize(
    ("written", "meant"), [("True", True), ("yes", True), ("1", True), ("OFF", False), ("0", False)]
)
def test_a_switch_is_read_in_any_spelling(monkeypatch, written, meant):
    monkeypatch.setenv("DECISION_FOUR_EYES", written)

    assert env.get("DECISION_FOUR_EYES") is meant


def test_a_list_may_have_blanks_after_its_commas(monkeypatch):
    monkeypatch.setenv("ALLOWED_HOSTS", "a.example, b.example,")

    assert env.get("ALLOWED_HOSTS") == ["a.example", "b.example"]
