"""Why a model's answer was not taken: stable codes, stored as ``fallback_reason``."""

from enum import StrEnum


class Reason(StrEnum):
    """The endpoint's failures first, then the answer's, then what kept us from asking."""

    TIMEOUT = "timeout"
    CONNECTION_FAILED = "connection_failed"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    UNAUTHORIZED = "unauthorized"
    BAD_REQUEST = "bad_request"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    INVALID_OUTPUT = "invalid_output"
    UNKNOWN_CITATION = "unknown_citation"
    NOT_GROUNDED = "not_grounded"
    BUDGET_SPENT = "budget_spent"
    CIRCUIT_OPEN = "circuit_open"
    NOT_INSTALLED = "not_installed"


class Unusable(Exception):  # noqa: N818 - an answer that may be asked for once more
    """An answer that cannot be taken; ``detail`` tells the model what to do better."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail
