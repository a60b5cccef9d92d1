"""What `rt_check` refuses: one line, exit code 2, and nothing was sent."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.core.management.base import CommandError

from streams.models import StreamEvent
from tests.conftest import PASSWORD

pytestmark = pytest.mark.servers


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    """Nobody is signed in, and nobody is asked."""
    for name in ("TOKEN", "PASSWORD", "METRICS_TOKEN"):
        monkeypatch.delenv(f"EMBERWATCH_{name}", raising=False)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    return monkeypatch


def refusal(*arguments: str) -> str:
    """The one line that it says."""
    with pytest.raises(CommandError) as caught:
        call_command("rt_check", *arguments)
    assert caught.value.returncode == 2
    (line,) = str(caught.value).splitlines()
    return line


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ftp://x",), "ftp://x is not an address like https://emberwatch.example."),
        (("http://x:port",), "http://x:port is not an address like"),
        (("http://me:secret@x",), "An address holds no credentials and no query."),
        (("http://x", "--clients", "0"), "--clients is from 1 to 20000."),
        (("http://x", "--rate", "-1"), "--rate is from 0 to 10000."),
        (("http://x", "--rate", "nan"), "--rate is from 0 to 10000."),
        (("http://x", "--fault", "meteor"), "--fault meteor: neither pause, half-open, disconnect"),
        (("http://x", "--fault", "name="), "--fault name=: neither"),
        (("http://x",), "say --yes, or listen only with --rate 0."),
    ],
)
def test_what_cannot_be_carried_out_is_refused_before_anything_is_sent(
    environment, arguments, said
):
    environment.setenv("EMBERWATCH_TOKEN", "any")
    yes = () if "--yes" in said else ("--yes",)
    assert said in refusal(*arguments, *yes)


def test_it_asks_who_is_there():
    assert refusal("http://x", "--yes") == "say who you are: --user NAME, or EMBERWATCH_TOKEN."
    assert refusal("http://x", "--yes", "--user", "me") == (
        "the password is missing: set EMBERWATCH_PASSWORD."
    )


def test_nobody_at_the_address(environment):
    environment.setenv("EMBERWATCH_PASSWORD", "x")
    line = refusal("http://127.0.0.1:9", "--user", "me", "--yes")
    assert line.startswith("http://127.0.0.1:9/api/token: no answer: ")


def test_wrong_credentials_and_missing_permissions_change_nothing(environment, server, make_user):
    url = f"http://127.0.0.1:{server.port}"
    seer = make_user("seer", role="analyst")
    make_user("sender", role="ingester")
    environment.setenv("EMBERWATCH_PASSWORD", "wrong")
    assert "(401)" in refusal(url, "--user", seer.username, "--yes")
    environment.setenv("EMBERWATCH_PASSWORD", PASSWORD)
    assert "/api/events?simulated=true" in (line := refusal(url, "--user", "seer", "--yes"))
    assert "(403)" in line
    assert "(403)" in refusal(url, "--user", "sender", "--yes")
    environment.setenv("EMBERWATCH_TOKEN", "forged")
    assert "--user renews its own" in refusal(url, "--yes")
    assert not StreamEvent.objects.exists()


def test_a_limit_in_the_way_is_named(environment, server, make_user, settings):
    settings.STREAMS_MAX_SOCKETS_PER_USER = 3
    make_user("seer", role="analyst").groups.add(Group.objects.get(name="ingester"))
    environment.setenv("EMBERWATCH_PASSWORD", PASSWORD)
    url = f"http://127.0.0.1:{server.port}"
    line = refusal(url, "--user", "seer", "--yes", "--clients", "5")
    assert "STREAMS_MAX_SOCKETS_PER_USER" in line
    assert not StreamEvent.objects.exists()
