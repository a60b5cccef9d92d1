"""Why a decision or an edit is refused."""

from collections.abc import Iterable, Mapping

from streams.errors import DomainError


class AlreadyDecidedError(DomainError):
    """Somebody decided before, or it expired: that stands."""

    code = "already_decided"


class InvalidDecisionError(DomainError):
    """What was sent along with a decision is not usable."""

    code = "invalid_decision"
    status = 400


class UndoExpiredError(DomainError):
    """The time in which a decision can be taken back is over."""

    code = "undo_expired"


class NotYourDecisionError(DomainError):
    """Only who decided can take it back."""

    code = "not_your_decision"
    status = 403


class FourEyesError(DomainError):
    """Who edited a recommendation leaves its approval to somebody else."""

    code = "four_eyes"
    status = 403


class InvalidEditError(DomainError):
    """A new value cannot be stored; ``extra`` says which, as in every error of fields."""

    code = "invalid_edit"
    status = 400

    def __init__(self, text: str, field: str) -> None:
        super().__init__(text)
        self.extra = {"errors": {field: [text]}}


class NotGroundedError(DomainError):
    """A text has numbers that stand neither in what is cited nor in the hotspot's own data."""

    code = "not_grounded"
    status = 400

    def __init__(self, numbers: Mapping[str, tuple[str, ...]]) -> None:
        every = dict.fromkeys(number for found in numbers.values() for number in found)
        super().__init__(self._sentence(every))
        self.extra = {"errors": {name: [self._sentence(found)] for name, found in numbers.items()}}

    @staticmethod
    def _sentence(numbers: Iterable[str]) -> str:
        return f"Neither what is cited nor the hotspot has these numbers: {', '.join(numbers)}."
