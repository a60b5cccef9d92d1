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
    ["", "1", "1.5,1.25", "1.25,1.25", "0,1", "-1,1", "1,nan", "nan,2", "1,inf", "a,b", "1,2,3"],
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

    with pytest.raises(ImproperlyConfigured, match="HOTSPOT_THRESHOLD: not a float"):
        env.get("HOTSPOT_THRESHOLD")


def test_a_command_says_which_steps_are_wrong():
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.test",
             "HOTSPOT_POLICY_STEPS": "1,0.8,1.5"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode
    assert "HOTSPOT_POLICY_STEPS: must be 3 rising numbers above 0" in done.stderr
