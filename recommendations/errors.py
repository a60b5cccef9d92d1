"""Why a decision is refused."""

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
