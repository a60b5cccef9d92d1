"""What a generator hands over: recommendations that nobody has stored yet."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from recommendations.knowledge.retrieval import PassageIndex

    from .selection import Selection
    from .situation import Situation

EXTRACTIVE = "extractive"


@dataclass(frozen=True, slots=True)
class Draft:
    """A recommendation that is not stored yet; the names are those of the model."""

    playbook: str
    title: str
    action: str
    root_cause: str
    rationale: str
    co2_reduction: float | None
    predicted_reduction: float | None
    reduction_pct_low: float | None
    reduction_pct_high: float | None
    arithmetic: str
    cost: str
    feasibility: int
    confidence: float
    citations: list[dict[str, str]]
    score: float


@dataclass(frozen=True, slots=True)
class Advice:
    """What is proposed, best first; nothing, with a reason, if nothing fits.

    ``retrieved`` are the playbooks that the search of this call found.
    """

    retriever: str
    drafts: list[Draft] = field(default_factory=list)
    reason: str = ""
    generator: str = EXTRACTIVE
    fallback_reason: str = ""
    retrieved: frozenset[str] = frozenset()


class Fallback(Exception):  # noqa: N818 - falling back is the plan, not an error
    """A model gave nothing that can be stored; ``reason`` is a stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Writer(Protocol):
    """What writes drafts from a selection: a language model."""

    @property
    def name(self) -> str:
        """What the row names as its generator."""
        ...

    def write(
        self, situation: "Situation", index: "PassageIndex", selection: "Selection"
    ) -> list[Draft]:
        """Return drafts, best first; raises ``Fallback``."""
        ...
