"""Static files: whole or in part, and asked for again only when they have changed."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.fixture
def script(settings, tmp_path):
    """A collected file, served as after `collectstatic`."""
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    (tmp_path / "page.js").write_text("let answer = 42;\n")
    return "/static/page.js"


def test_a_file_comes_in_one_piece_with_its_headers(client, script):
    answer = client.get(script)

    assert (answer.status_code, answer.streaming) == (200, False)
    assert answer.content == b"let answer = 42;\n"
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Content-Length"] == "17"
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_a_part_of_a_file_can_be_asked_for(client, script):
    answer = client.get(script, headers={"Range": "bytes=4-9"})

    assert (answer.status_code, answer.content) == (206, b"answer")
    assert answer["Content-Range"] == "bytes 4-9/17"


def test_a_file_that_has_not_changed_is_not_sent_again(client, script):
    first = client.get(script)

    again = client.get(script, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_only_its_headers_when_only_they_are_asked_for(client, script):
    answer = client.head(script)

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["Content-Length"] == "17"
