"""Why a client gets no events over HTTP."""

from streams.admission import RefusedError
from streams.errors import DomainError


class PositionLostError(DomainError):
    """The position cannot be served: fetch the rows, go on from ``head``."""

    code = "resync"
    status = 409

    def __init__(self, reason: str, head: int, epoch: str) -> None:
        super().__init__("Events after this position cannot be served: fetch the rows again.")
        self.extra = {"reason": reason, "head": head, "epoch": epoch}


class TooManyReadersError(DomainError):
    """No room for one more: a waiting client counts as a socket."""

    code = "too_many_readers"
    status = 429

    def __init__(self, refused: RefusedError) -> None:
        super().__init__(f"Too many clients are listening (limit: {refused.reason}).")
        self.retry_after = refused.retry_after


class UnavailableError(DomainError):
    """The database is away."""

    code = "unavailable"
    status = 503
    retry_after = 2
