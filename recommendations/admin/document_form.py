"""The forms of a document: the file, and what a reviewer says of it."""

from datetime import date
from typing import Any

from django import forms

from hotspots.metrics import KNOWN
from recommendations.documents import suggestions
from recommendations.documents.ranges import headings_outside, ranges_of
from recommendations.documents.review import texts_of
from recommendations.knowledge.kinds import KINDS
from recommendations.models import Document
from streams.backoffice.conflict import VersionField

METRICS = [name for name, *_ in KNOWN]
SIDES = [("high", "too high"), ("low", "too low")]
COSTS = [(name, name) for name in ("low", "medium", "high")]
SCOPES = [
    ("excess", "the excess: things return to normal"),
    ("total", "the whole: things are done differently"),
]
#: The form's field for each part of a review that something can be wrong with.
FIELD_OF = {
    "id": "slug",
    "version": "edition",
    "cost_band": "cost",
    **{f"applies_to.{name}": name for name in ("entity_type", "metric", "side")},
    "applies_to": "entity_type",
    "effect": "effect_quote",
    **{
        f"effect.{name}": f"effect_{name}"
        for name in ("low_pct", "high_pct", "basis", "scope", "condition", "quote")
    },
    "sources": "source_title",
    **{
        f"sources.{name}": f"source_{name}"
        for name in ("title", "publisher", "year", "url", "licence")
    },
}


def _short(label: str, size: int = 200, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=size, help_text=help_text)


def _lines(label: str, help_text: str) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=10_000, help_text=help_text,
        widget=forms.Textarea({"rows": 3, "data-takes": "sentences"}),
    )  # fmt: skip


class ReviewForm(forms.Form):
    """What a reviewer says of a document. Whatever is still missing is said beside its field."""

    version = VersionField(min_value=0)
    title = _short("Title", 80, "As a recommendation is headed: what to do, in a few words")
    slug = _short("Short name", 100, "Lower case and hyphens: fix-our-leaks")
    edition = forms.IntegerField(required=False, min_value=1, max_value=9999)
    entity_type = forms.MultipleChoiceField(
        label="For", required=False, choices=[(kind, kind) for kind in sorted(KINDS)],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    metric = forms.MultipleChoiceField(
        label="Metrics", required=False, choices=[(name, name) for name in METRICS],
        widget=forms.CheckboxSelectMultiple, help_text="None: any",
    )  # fmt: skip
    side = forms.MultipleChoiceField(
        label="When it is", required=False, choices=SIDES, widget=forms.CheckboxSelectMultiple
    )
    action_family = forms.CharField(
        label="Action family", required=False, max_length=100,
        help_text="A hotspot gets one recommendation per family at most",
        widget=forms.TextInput({"list": "families"}),
    )  # fmt: skip
    cause = _short("Possible cause", 300, "In your words; no figure that the document has not")
    actions = _lines("Actions", "Sentences of the document, one a line, five at most")
    picked = forms.MultipleChoiceField(
        label="Add from the document", required=False, widget=forms.CheckboxSelectMultiple
    )
    signs = _lines("Signs", "How it shows: sentences of the document, one a line")
    reasons = _lines("Why it works", "Sentences of the document, one a line")
    preconditions = forms.CharField(
        label="Before you start", required=False, max_length=5_000,
        widget=forms.Textarea({"rows": 2}), help_text="One a line; may be empty",
    )  # fmt: skip
    cost = forms.ChoiceField(required=False, choices=[("", "—"), *COSTS])
    feasibility = forms.IntegerField(
        required=False, min_value=1, max_value=10, help_text="1 to 10, 10 is easy"
    )
    effect_low_pct = forms.FloatField(label="Saves at least, %", required=False)
    effect_high_pct = forms.FloatField(label="Saves at most, %", required=False)
    effect_scope = forms.ChoiceField(
        label="Percent of", required=False, choices=[("", "—"), *SCOPES]
    )
    effect_basis = _short("What the figure is a share of", 100, "Such as compressor output")
    effect_condition = _short("Holds if", 300, "Said with the amount: if the excess is …")
    effect_quote = _lines("Quote with the figure", "Verbatim from the document")
    found_quote = forms.ChoiceField(label="or one of these", required=False)
    source_title = _short("Title of the source")
    source_publisher = _short("Publisher")
    source_year = forms.IntegerField(label="Year", required=False, min_value=1900, max_value=2100)
    source_url = _short("Address", 500, "Where it can be read; inside your network will do")
    source_licence = _short("Licence", 200, "Or that it is your own")
    used = forms.CharField(
        label="Sections that are searched", required=False, max_length=2_000,
        help_text="Numbers and ranges: 1-4, 7. Leave out what is about something else",
    )  # fmt: skip

    def __init__(self, document: Document, data: Any = None) -> None:
        """Make the form; it shows what was kept before, or what the front matter said."""
        self.document = document
        super().__init__(data, initial=initial(document))
        picks = [sentence for sentence in suggestions.actions(document)
                 if sentence not in texts_of(document.front_matter or {}, "actions")]  # fmt: skip
        quotes = [(sentence, sentence) for sentence in suggestions.figures(document)]
        self._choices("picked", [(sentence, sentence) for sentence in picks])
        self._choices("found_quote", [("", "—"), *quotes])

    def clean_used(self) -> list[str]:
        """Return the headings of the sections that are left out."""
        headings = [section["heading"] for section in self.document.sections]
        try:
            return headings_outside(self.cleaned_data["used"], headings)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def review(self) -> dict[str, Any]:
        """Return what a valid form says, on top of what the document's review said before."""
        given, kept = self.cleaned_data, dict(self.document.front_matter or {})
        actions = [*_split(given["actions"]), *given["picked"]]
        applies = _mapping(kept.get("applies_to"))
        return {
            "payback_months": None,
            **kept,
            **{name: given[name] for name in ("title", "action_family", "cause")},
            "id": given["slug"],
            "version": given["edition"] or 1,
            "applies_to": {
                "sector": [],
                **applies,
                **{name: given[name] for name in ("entity_type", "metric", "side")},
            },
            "actions": list(dict.fromkeys(actions)),
            "preconditions": _split(given["preconditions"]),
            "signs": _split(given["signs"]),
            "reasons": _split(given["reasons"]),
            "cost_band": given["cost"] or None,
            "feasibility": given["feasibility"],
            "effect": (effect := self._effect(kept)),
            "sources": self._sources(kept, effect),
            "left_out": given["used"],
        }

    def _effect(self, kept: dict[str, Any]) -> dict[str, Any] | None:
        given = self.cleaned_data
        quote = " ".join(given["effect_quote"].split()) or given["found_quote"]
        low, high = given["effect_low_pct"], given["effect_high_pct"]
        if low is None and high is None and not quote:
            return None
        texts = {name: given[f"effect_{name}"] for name in ("basis", "scope", "condition")}
        calculations = _mapping(kept.get("effect")).get("calculations", [])
        low, high = (high if low is None else low), (low if high is None else high)
        return {
            **texts, "low_pct": low, "high_pct": high, "quote": quote, "calculations": calculations
        }  # fmt: skip

    def _sources(self, kept: dict[str, Any], effect: dict[str, Any] | None) -> list[Any]:
        names = ("title", "publisher", "url", "licence", "year")
        texts = {name: self.cleaned_data[f"source_{name}"] for name in names}
        others = kept.get("sources") if isinstance(kept.get("sources"), list) else []
        first, *rest = others or [{}]
        before = first if isinstance(first, dict) else {}
        if not any(texts.values()):
            return rest
        accessed = before.get("accessed") or date.isoformat(self.document.created_at.date())
        quote = effect["quote"] if effect else _text(before.get("quote"))
        if quote in _text(before.get("quote")):
            quote = _text(before.get("quote"))
        return [{**before, **texts, "accessed": accessed, "quote": quote}, *rest]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - tells the type checker
        field.choices = choices


def initial(document: Document) -> dict[str, Any]:
    """Return what the form shows at first: nothing of it is believed to have the right type."""
    given = document.front_matter or {}
    applies, effect = _mapping(given.get("applies_to")), _mapping(given.get("effect"))
    sources = given.get("sources")
    source = _mapping(sources[0]) if isinstance(sources, list) and sources else {}
    headings = [section["heading"] for section in document.sections]
    return {
        "version": document.version,
        **{name: _text(given.get(name)) for name in ("title", "action_family", "cause")},
        "slug": _text(given.get("id")),
        "edition": _text(given.get("version")) or "1",
        "entity_type": texts_of(applies, "entity_type"),
        "metric": texts_of(applies, "metric"),
        "side": texts_of(applies, "side") or ["high"],
        **{name: "\n".join(texts_of(given, name))
           for name in ("actions", "signs", "reasons", "preconditions")},
        "cost": _text(given.get("cost_band")),
        "feasibility": _text(given.get("feasibility")),
        **{f"effect_{name}": _text(effect.get(name))
           for name in ("low_pct", "high_pct", "scope", "basis", "condition", "quote")},
        **{f"source_{name}": _text(source.get(name))
           for name in ("title", "publisher", "year", "url", "licence")},
        "used": ranges_of(headings, set(texts_of(given, "left_out"))),
    }  # fmt: skip


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if isinstance(value, str | int) else ""


def _split(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]
