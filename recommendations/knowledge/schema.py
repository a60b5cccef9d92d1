"""What a playbook's front matter has to say, checked when it is loaded."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, model_validator

from .kinds import KINDS
from .text import numbers

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=100)]
Percent = Annotated[float, Field(gt=0, le=100)]


class Strict(BaseModel):
    """A misspelled key is an error, not a silent default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class AppliesTo(Strict):
    """Where a playbook may be proposed; an empty list means everywhere."""

    entity_type: list[str]
    metric: list[Text]
    sector: list[Text]
    side: list[Literal["high", "low"]] = ["high"]

    @model_validator(mode="after")
    def kinds_are_known(self) -> Self:
        """Refuse a kind that the filter would never match."""
        if unknown := set(self.entity_type) - KINDS:
            raise ValueError(f"unknown entity types: {', '.join(sorted(unknown))}")
        return self


class Calculation(Strict):
    """A reduction computed from two figures of one source, in the source's unit."""

    before: Annotated[float, Field(gt=0)]
    after: Annotated[float, Field(gt=0)]

    @property
    def percent(self) -> float:
        """The reduction in percent, one decimal."""
        return round(100 * (1 - self.after / self.before), 1)

    def __str__(self) -> str:
        return f"1 - {self.after:g} / {self.before:g} = {self.percent:.1f} %"


class Effect(Strict):
    """By how much the source says it reduces, and of what.

    ``scope`` is what the percentage is applied to: ``excess`` for a return to normal, ``total``
    for a structural change. ``condition`` is the sentence that must hold for that.
    """

    low_pct: Percent
    high_pct: Percent
    basis: Text
    scope: Literal["excess", "total"]
    condition: Text
    quote: Text
    calculations: list[Calculation] = []

    @model_validator(mode="after")
    def figures_come_from_the_source(self) -> Self:
        """Refuse a percentage that is neither in the quote nor computed from it."""
        if self.low_pct > self.high_pct:
            raise ValueError("low_pct is above high_pct")
        said = numbers(self.quote)
        for calculation in self.calculations:
            given = {Decimal(f"{calculation.before:g}"), Decimal(f"{calculation.after:g}")}
            if not given <= said:
                raise ValueError(f"{calculation} uses figures that the quote does not have")
            said.add(Decimal(str(calculation.percent)))
        for percent in (self.low_pct, self.high_pct):
            if Decimal(str(percent)) not in said:
                raise ValueError(f"{percent} % is neither quoted nor computed")
        return self


class Source(Strict):
    """Where a figure comes from. ``quote`` is verbatim, ``facts`` are in our own words."""

    title: Text
    publisher: Text
    url: HttpUrl
    year: int | None
    licence: Text
    accessed: date
    quote: str = ""
    facts: list[Text] = []

    @property
    def figures(self) -> str:
        """Everything the source is cited for."""
        return " ".join([self.quote, *self.facts])


class FrontMatter(Strict):
    """A playbook without its body."""

    id: Slug
    title: Annotated[Text, Field(max_length=80)]
    version: Annotated[int, Field(ge=1)]
    applies_to: AppliesTo
    action_family: Text
    cause: Text
    actions: Annotated[list[Text], Field(min_length=1, max_length=5)]
    effect: Effect | None
    cost_band: Literal["low", "medium", "high"]
    payback_months: Annotated[int, Field(gt=0)] | None
    feasibility: Annotated[int, Field(ge=1, le=10)]
    preconditions: list[Text]
    sources: list[Source]

    @model_validator(mode="after")
    def effect_is_sourced(self) -> Self:
        """Refuse an effect whose quote no source has."""
        figures = " ".join(source.figures for source in self.sources)
        if self.effect and self.effect.quote not in figures:
            raise ValueError("the effect's quote is in none of the sources")
        return self
