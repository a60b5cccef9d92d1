"""Approvers edit what is pending; numbers in a text must be cited, or the hotspot's own."""

import pytest
from django.contrib.auth.models import Permission

from recommendations import services
from recommendations.errors import AlreadyDecidedError, InvalidEditError, NotGroundedError
from recommendations.knowledge.models import Passage, Playbook
from recommendations.models import HistoryLink, Recommendation
from streams.errors import VersionConflictError
from streams.models import StreamEvent
from tests.factories import AT, make_hotspot, make_recommendation

pytestmark = pytest.mark.django_db
QUOTE = "Rail takes 20 to 30 percent of the energy of the road."


@pytest.fixture
def row(db):
    """A recommendation that cites a section which says more than its quote."""
    playbook = Playbook.objects.create(
        slug="rail", title="Rail", edition=1, front_matter={}, content_hash="0" * 64
    )
    text = f"{QUOTE} A train carries up to 52 trucks."
    Passage.objects.create(playbook=playbook, position=1, heading="Effect", text=text)
    Passage.objects.create(playbook=playbook, position=2, heading="Signs", text="Over 77 legs.")
    cited = {"document": "rail", "section": "Effect", "title": "Rail 2030", "quote": QUOTE}
    return make_recommendation(
        make_hotspot(value=1234.5, baseline=800.25, evidence={"limit": 900.5}),
        citations=[{**cited, "url": ""}],
        co2_reduction=123.45,
        arithmetic="1234.5 kg x 10 % = 123.45 kg",
    )


def edit(row, by, changes=None, **options):
    given = {"by": by, "at": AT, "via": "api"} | options
    return services.edit(row.pk, changes=changes or {"title": "Other"}, **given)


def image():
    rows = list(Recommendation.objects.values())
    counts = (StreamEvent, Recommendation.history, HistoryLink)
    return rows, [getattr(c, "objects", c).count() for c in counts]


def test_an_edit_is_stored_sent_and_remembered(api, approver, row):
    body = {"title": " Rail first ", "action": "Ask for a slot.", "cost": "high", "feasibility": 3}
    path = f"/api/recommendations/{row.pk}"

    answer = api(approver).patch(path, body, format="json", headers={"If-Match": '"1"'})

    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    told = answer.json()
    assert {name: told[name] for name in body} == {**body, "title": "Rail first"}
    assert (told["edited_by"], told["status"], told["version"]) == ("approver", "pending", 2)
    assert told["edited_at"]
    event = StreamEvent.objects.get(event="recommendation.updated")
    assert '"title":"Rail first"' in event.data
    newest, first = api(approver).get(f"{path}/history").json()["results"]
    assert (newest["by"], newest["via"], newest["position"]) == ("approver", "api", 2)
    assert newest["changes"]["title"] == {"from": row.title, "to": "Rail first"}
    assert first["position"] == 1


@pytest.mark.parametrize("changes", [{}, {"cost": "medium"}, {"title": "Move long legs to rail "}])
def test_no_change_leaves_no_trace(row, approver, changes):
    before = image()

    services.edit(row.pk, changes=changes, by=approver, at=AT, via="api")

    assert image() == before


@pytest.mark.parametrize(
    "text",
    [
        "Book 52 trucks on one train.",
        "Up to 30 percent less.",
        "From 1234.5 kg to 800.25 kg, or 1,234 to 800.3.",
        "About 123.45 kg less.",
        "Below the limit of 900.5 kg again.",
        "By 2030, as the title says.",
        "No number at all, and CO2 is a word.",
    ],
)
def test_numbers_that_are_cited_or_measured_may_be_used(row, approver, text):
    assert edit(row, approver, {"action": text}).action == text


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Saves 31 percent.", "31"),
        ("Book 53 trucks, and 54 wagons.", "53, 54"),
        ("More than 77 legs: that section is not cited.", "77"),
        ("Saves seventeen tons.", "17"),
        ("Saves 1,233 kg.", "1233"),
    ],
)
@pytest.mark.parametrize("field", ["title", "action"])
def test_a_number_that_nothing_bears_out_is_refused_by_name(
    api, approver, row, field, text, numbers
):
    before = image()

    answer = api(approver).patch(
        f"/api/recommendations/{row.pk}", {field: text, "cost": "low"}, format="json"
    )

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "not_grounded")
    assert problem["detail"].endswith(f"these numbers: {numbers}.")
    assert list(problem["errors"]) == [field]
    assert image() == before


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid"),
        ({"status": "approved"}, "unknown_field"),
        ({"title": "x", "note": "y"}, "unknown_field"),
        ({"title": ""}, "invalid"),
        ({"title": " "}, "invalid"),
        ({"title": "x" * 201}, "invalid"),
        ({"title": 7}, "invalid"),
        ({"title": None}, "invalid"),
        ({"title": "a\0b"}, "invalid"),
        ({"title": "a\x07b"}, "invalid_edit"),
        ({"title": "\u202e\u200b"}, "invalid_edit"),
        ({"action": "x" * 2001}, "invalid"),
        ({"cost": "free"}, "invalid"),
        ({"feasibility": 0}, "invalid"),
        ({"feasibility": 11}, "invalid"),
        ({"feasibility": "6"}, "invalid"),
        ({"feasibility": True}, "invalid"),
        ({"feasibility": 6.5}, "invalid"),
        ([], "invalid"),
    ],
)
def test_a_body_that_is_not_an_edit_changes_nothing(api, approver, row, body, code):
    before = image()

    answer = api(approver).patch(f"/api/recommendations/{row.pk}", body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert image() == before


BIDIRECTIONAL = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f"
INVISIBLE = "\u00ad\u200b\u2060\ufeff\U000e0041"


@pytest.mark.parametrize("field", ["title", "action"])
@pytest.mark.parametrize(
    "character", BIDIRECTIONAL + INVISIBLE, ids=lambda character: f"U+{ord(character):04X}"
)
def test_a_text_that_shows_something_else_than_it_says_is_refused(
    api, approver, row, field, character
):
    """Shown, "Stop tekcart" would read as another order."""
    before = image()
    body = {field: f"Stop {character}tekcart trucks.", "cost": "low"}

    answer = api(approver).patch(f"/api/recommendations/{row.pk}", body, format="json")

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (400, "invalid_edit")
    assert f"U+{ord(character):04X}" in problem["detail"]
    assert image() == before


@pytest.mark.parametrize(
    "text", ["\u0646\u0645\u06cc\u200c\u062e", "क्\u200dष", "👩\u200d🔧 first", "א and ب", "a\tb\nc"]
)
def test_what_scripts_and_emoji_are_written_with_is_text(row, approver, text):
    assert edit(row, approver, {"action": text}).action == text


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "x" * 201},
        {"title": 7},
        {"action": "a\ud800b"},
        {"cost": "free"},
        {"feasibility": True},
        {"status": "approved"},
    ],
)
def test_the_service_checks_what_no_form_did(row, approver, changes):
    before = image()

    with pytest.raises(InvalidEditError):
        edit(row, approver, changes)

    assert image() == before


@pytest.mark.parametrize("status", ["approved", "rejected", "expired"])
def test_what_is_not_pending_cannot_be_edited(approver, row, status):
    if status == "expired":
        services.expire_for(row.hotspot)
    else:
        services.decide(row.pk, status=status, by=approver, at=AT, via="api")
    before = image()

    with pytest.raises(AlreadyDecidedError):
        edit(row, approver)

    assert image() == before


def test_an_edit_of_another_version_is_refused(approver, row):
    edit(row, approver, {"cost": "low"}, version=1)
    before = image()

    with pytest.raises(VersionConflictError):
        edit(row, approver, {"title": "Other"}, version=1)

    assert image() == before


def test_a_playbook_that_is_gone_leaves_its_quotes(approver, row):
    Playbook.objects.all().delete()

    assert edit(row, approver, {"title": "20 percent less"}).title == "20 percent less"
    with pytest.raises(NotGroundedError):
        edit(row, approver, {"title": "52 trucks"})


@pytest.mark.parametrize(("role", "status"), [("analyst", 403), ("ingester", 403), (None, 401)])
def test_only_who_may_change_recommendations_edits(api, make_user, row, role, status):
    user = make_user("somebody", role=role) if role else None
    before = image()

    answer = api(user).patch(f"/api/recommendations/{row.pk}", {"cost": "low"}, format="json")

    assert answer.status_code == status
    assert image() == before


@pytest.mark.parametrize("may", ["change", "decide"])
def test_editing_and_deciding_are_two_permissions(api, make_user, row, may):
    user = make_user("somebody")
    user.user_permissions.add(Permission.objects.get(codename=f"{may}_recommendation"))
    path = f"/api/recommendations/{row.pk}"

    edited = api(user).patch(path, {"cost": "low"}, format="json")
    decided = api(user).post(f"{path}/approve")

    allowed, refused = (edited, decided) if may == "change" else (decided, edited)
    assert (allowed.status_code, refused.status_code) == (200, 403)


@pytest.mark.parametrize("method", ["put", "delete"])
def test_nothing_replaces_or_deletes_one(api, approver, row, method):
    answer = getattr(api(approver), method)(f"/api/recommendations/{row.pk}", {}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
