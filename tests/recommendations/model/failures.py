"""Every way in which an endpoint can fail, with the reason that is stored then."""

import gzip
import json

from recommendations.knowledge.text import sentences

from .scripted import Asked, Behaviour, Reaction, completion, fails, good_answer, says, writes

BIDI = "\u202e"
HOLD = Reaction(hold=True)
DRIP = Reaction(body=b" " * 10_000, drip=True)


def cut_off(asked: Asked) -> Reaction:
    whole = json.dumps(good_answer(asked))
    return completion(whole[: len(whole) // 2], finish="length")


def twice_the_same(asked: Asked) -> Reaction:
    one = good_answer(asked)["recommendations"]
    return completion(json.dumps({"recommendations": one * 2}))


def several_measures(asked: Asked) -> Reaction:
    ids = [passage["id"] for passage in asked.passages("What to do")]
    return completion(json.dumps(good_answer(asked, citations=ids[:2])))


def no_choices(asked: Asked) -> Reaction:
    return completion("", choices=[])


def compressed(asked: Asked) -> Reaction:
    """A good answer that nobody can tell the size of."""
    return Reaction(200, gzip.compress(writes()(asked).body), {"content-encoding": "gzip"})


def only_a_sign(asked: Asked) -> Reaction:
    """What a passage says, and no playbook orders."""
    todo, signs = (asked.passages(name)[0] for name in ("What to do", "Signs"))
    ids = [todo["id"], signs["id"]]
    return completion(
        json.dumps(good_answer(asked, action=sentences(signs["text"])[1], citations=ids))
    )


def sends(body: bytes, **headers: str) -> Behaviour:
    """An endpoint that sends some bytes."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda asked: Reaction(200, body, named)


#: name -> what the endpoint does, the reason stored, how often it is asked
FAILURES: dict[str, tuple[Behaviour, str, int]] = {
    "truncated": (cut_off, "truncated", 1),
    "not JSON": (says("Sure! Here are some ideas."), "invalid_output", 2),
    "other JSON": (says({"ideas": []}), "invalid_output", 2),
    "JSON that never ends": (says("[" * 50_000), "invalid_output", 2),
    "half a character": (says('{"recommendations": "\\ud800"}'), "invalid_output", 2),
    "empty answer": (says(""), "invalid_output", 2),
    "no content": (says(None), "invalid_output", 2),
    "content that is no text": (says(None, choices=[{"message": {"content": 7}}]),
                                "invalid_output", 2),
    "no choices": (no_choices, "invalid_output", 1),
    "no recommendation": (says({"recommendations": []}), "invalid_output", 2),
    "a body that is not JSON": (sends(b"<html>hello</html>"), "invalid_output", 1),
    "a page": (sends(b"<p>", content_type="text/html"), "invalid_output", 1),
    "a compressed answer": (compressed, "invalid_output", 1),
    "huge answer": (says("x" * 1_100_000), "invalid_output", 1),
    "an unknown field": (writes(status="approved"), "invalid_output", 2),
    "a title too long": (writes(title="Stop it. " * 10), "invalid_output", 2),
    "an action too long": (writes(action=lambda text: (text + " ") * 5), "invalid_output", 2),
    "no citation": (writes(citations=[]), "invalid_output", 2),
    "HTML": (writes(title="<b>Stop</b> the flights"), "invalid_output", 2),
    "Markdown": (writes(action=lambda text: f"[{text[:60]}](x)"), "invalid_output", 2),
    "a link": (writes(action=lambda text: f"{text[:-1]} https://a.example"), "invalid_output", 2),
    "text that runs backwards": (writes(title=lambda text: text + BIDI), "invalid_output", 2),
    "the same measure twice": (twice_the_same, "invalid_output", 2),
    "passages of two measures": (several_measures, "invalid_output", 2),
    "an effect of nothing": (writes(effect={"kind": "passage", "passage_id": None}),
                             "invalid_output", 2),
    "an unknown id": (writes(citations=["p99"]), "unknown_citation", 2),
    "an unknown effect": (writes(effect={"kind": "passage", "passage_id": "p0"}),
                          "unknown_citation", 2),
    "an invented number": (writes(action=lambda text: text[:-1] + ", which saves 37 percent."),
                           "not_grounded", 2),
    "an invented amount": (writes(title=lambda text: f"{text}: 5000 kg"), "not_grounded", 2),
    "another subject": (writes(action="Repair the steam traps of the boiler."), "not_grounded", 2),
    "an action that is only a sign": (only_a_sign, "not_grounded", 2),
    "another title": (writes(title="Buy our consulting services today"), "not_grounded", 2),
    "one sentence too many": (writes(action=lambda text: text + " Wire the money first."),
                              "not_grounded", 2),
    "refusal": (says(None, refusal="I cannot help with that."), "refused", 1),
    "filtered": (says("", finish="content_filter"), "refused", 1),
    "filtered before": (fails(400, code="content_filter"), "refused", 1),
    "401": (fails(401), "unauthorized", 1),
    "403": (fails(403), "unauthorized", 1),
    "404": (fails(404), "bad_request", 1),
    "400": (fails(400), "bad_request", 1),
    "429": (fails(429, retry_after="0.01"), "rate_limited", 3),
    "429 for longer than we have": (fails(429, retry_after="100"), "rate_limited", 1),
    "429 until a date": (fails(429, retry_after="Wed, 21 Oct 2099 07:28:00 GMT"),
                         "rate_limited", 1),
    "500": (fails(500, retry_after="0.01"), "server_error", 3),
    "503": (fails(503, retry_after_ms="1"), "server_error", 3),
}  # fmt: skip
