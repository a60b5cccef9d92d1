"""Small pieces of every row's public shape."""

from datetime import datetime
from typing import Protocol

from .log import timestamp


class Named(Protocol):
    """Somebody with a user name."""

    def get_username(self) -> str: ...


def moment(value: datetime | None) -> str | None:
    """Return a moment as clients see it, or ``None``."""
    return None if value is None else timestamp(value)


def user_name(user: Named | None) -> str | None:
    """Return who did it, or ``None``."""
    return None if user is None else user.get_username()
