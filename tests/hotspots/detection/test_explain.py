from hotspots.detection import engine
from hotspots.detection.explain import evidence, explanation, percent_above

from .feeds import HOUR, Feed, trained


def found(feed, value):
    [change] = feed.send(value)
    return change.finding


def test_an_anomaly_says_what_was_expected_and_what_was_topped():
    finding = found(trained(), 260.0)

    text = explanation(finding, "kWh")

    assert text.startswith("260 kWh where ")
    assert "was expected for weekdays at " in text
    assert "comparable readings" in text
    assert text.endswith("than anything remembered.")


def test_a_target_is_named():
    finding = found(Feed(targets={"reading": 100.0}), 122.0)

    assert explanation(finding, "kg") == "122 kg against a target of 100 kg: 22 % above it."
    assert percent_above(finding) == 22.0


def test_a_target_that_is_nearly_used_up():
    finding = found(Feed(targets={"day": 1000.0}), 850.0)

    text = "850 kg so far this day against a target of 1,000 kg: approaching it, 85 % used."
    assert explanation(finding, "kg") == text


def test_a_doubtful_unit():
    feed = trained()
    finding = found(feed, feed.usual_value() * 1000)

    assert explanation(finding, "MWh").endswith("as much, which looks like a wrong unit.")


def test_silence():
    feed = trained()
    [change] = engine.silence(feed.state, feed.now + 5 * HOUR)

    text = "No reading for longer than usual: one comes every 60 minutes."
    assert explanation(change.finding, "kWh") == text


def test_a_baseline_near_zero_has_no_percentage():
    finding = found(trained(), 260.0)._replace(ratio=None)

    assert percent_above(finding) is None
    assert "baseline near zero" in explanation(finding, "kg")


def test_the_evidence_holds_the_numbers():
    numbers = evidence(found(trained(), 260.0), ("level_shift",))

    assert numbers["slot"].startswith("weekday")
    assert numbers["n"] == 504
    assert numbers["severity_ratio"] == "critical"
    assert numbers["labels"] == ["level_shift"]
    assert numbers["detector"] == "rex-1"
