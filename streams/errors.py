"""The errors a caller may show to a user: each with a stable code and an HTTP status."""


class DomainError(Exception):
    """A rule was broken. ``str(error)`` is a sentence for people, ``code`` is for programs."""

    code = "domain_error"
    status = 409


class NotFoundError(DomainError):
    """There is no such row."""

    code = "not_found"
    status = 404


class VersionConflictError(DomainError):
    """The caller saw another version of the row (``If-Match``)."""

    code = "version_conflict"
    status = 412


class IllegalStateError(DomainError):
    """The row's state does not allow this change."""

    code = "illegal_state"
