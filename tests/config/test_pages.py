"""The pages: the dashboard, the API's documentation, and a policy that forbids inline code."""

import re

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.django_db
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", re.IGNORECASE)


def policy(answer):
    return answer["Content-Security-Policy"]


@pytest.fixture
def built(settings, tmp_path):
    """A checkout whose dashboard is built."""
    page = tmp_path / "frontend" / "dist" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<!doctype html><title>Emberwatch</title>")
    settings.BASE_DIR = tmp_path
    return page


def test_the_dashboard_is_served_as_it_was_built(client, built):
    answer = client.get("/")

    assert answer.status_code == 200
    assert answer.content.decode() == built.read_text()
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert "no-cache" in answer["Cache-Control"]
    assert "unsafe" not in policy(answer)


def test_a_dashboard_that_is_not_built_says_how_to_build_it(client, settings, tmp_path):
    settings.BASE_DIR = tmp_path

    answer = client.get("/")

    assert answer.status_code == 503
    assert "make run" in answer.content.decode()
    assert not INLINE.search(answer.content.decode())


def test_the_dashboard_only_answers_reading(client, built):
    assert client.post("/").status_code == 405


def test_the_documentation_runs_from_our_own_files_under_a_strict_policy(client):
    answer = client.get("/api/docs")
    page = answer.content.decode()

    assert answer.status_code == 200
    assert not INLINE.search(page)
    assert "unsafe" not in policy(answer)
    sources = re.findall(r'(?:src|href)="([^"]+)"', page)
    files = [source for source in sources if source.startswith("/static/")]
    assert len(files) >= 4
    assert [name for name in files if not finders.find(name.removeprefix("/static/"))] == []
    assert all(source.startswith("/") for source in sources)


def test_the_documentations_script_comes_as_a_file(client):
    page = client.get("/api/docs").content.decode()
    source = re.findall(r'<script src="(/api/docs[^"]*)"', page)[0]

    script = client.get(source)

    assert script["Content-Type"].startswith("application/javascript")
    assert "/api/schema" in script.content.decode()
