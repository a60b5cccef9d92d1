"""A language model that is set up by half stops the start, and says what is missing."""

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.settings.language_model import check

ADDRESS = "https://models.example/v1"


def start(base_url=ADDRESS, model="m", api_key="k", seconds=30.0, *, insecure=False):
    check(base_url, model, api_key, seconds, insecure=insecure)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"api_key": ""},
        {"base_url": "", "model": "", "api_key": ""},
        {"base_url": "http://127.0.0.1:8080/v1"},
        {"base_url": "http://localhost:11434/v1"},
        {"base_url": "http://[::1]:8080/v1"},
        {"base_url": "http://models.example/v1", "insecure": True},
        {"seconds": 45},
    ],
)
def test_what_works_is_taken(given):
    start(**given)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"model": ""}, "LLM_MODEL is missing: LLM_BASE_URL is set."),
        ({"model": "", "base_url": ""}, "LLM_MODEL is missing: LLM_API_KEY is set."),
        ({"base_url": ""}, "LLM_BASE_URL is missing: LLM_MODEL is set."),
        ({"base_url": "models.example/v1"}, "LLM_BASE_URL: must be like https://host/v1"),
        ({"base_url": "ftp://models.example"}, "LLM_BASE_URL: must be like https://host/v1"),
        ({"base_url": "https://[::1/v1"}, "LLM_BASE_URL: not an address"),
        ({"base_url": "https://models.example:port"}, "LLM_BASE_URL: not an address"),
        ({"base_url": "https://u:p@models.example"}, "LLM_BASE_URL: must have no user"),
        ({"base_url": f"{ADDRESS}?key=1"}, "LLM_BASE_URL: must have no user, query"),
        ({"base_url": "http://models.example/v1"}, "LLM_BASE_URL: must be https"),
        ({"base_url": "http://127.0.0.1.evil.example"}, "LLM_BASE_URL: must be https"),
        ({"base_url": "http://localhost.evil.example"}, "LLM_BASE_URL: must be https"),
        ({"model": "m" * 91}, "LLM_MODEL: must be at most 90"),
        ({"model": "m\n"}, "LLM_MODEL: must be at most 90"),
        ({"api_key": "k\r\nX-Other: 1"}, "LLM_API_KEY: must be printable ASCII"),
        ({"seconds": 46}, "LLM_TIMEOUT_SECONDS: must be at most 45"),
    ],
)
def test_what_cannot_work_stops_the_start(given, said):
    with pytest.raises(ImproperlyConfigured) as stopped:
        start(**given)

    assert str(stopped.value).startswith(said)
    assert "u:p" not in str(stopped.value)


def test_a_command_says_what_is_missing(tmp_path):
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("LLM_", "TEST_"))
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        env={
            **environment,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATA_DIR": str(tmp_path),
            "LLM_BASE_URL": "http://127.0.0.1:8080/v1",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode
    assert done.stderr.strip().endswith("LLM_MODEL is missing: LLM_BASE_URL is set.")


def test_no_setting_lets_a_task_outlive_its_lease():
    from config.settings.language_model import MOST_SECONDS
    from recommendations.requests import LEASE

    assert LEASE.total_seconds() >= MOST_SECONDS + 10
