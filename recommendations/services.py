"""Every write to recommendations, by name: what the API, the admin and the workers call."""

from .advising import generate
from .decisions import Result, decide, decide_many, implement, undo
from .editing import edit
from .expiry import expire_due, expire_for, follow
from .requests import prune, request, sweep

__all__ = [
    "Result",
    "decide",
    "decide_many",
    "edit",
    "expire_due",
    "expire_for",
    "follow",
    "generate",
    "implement",
    "prune",
    "request",
    "sweep",
    "undo",
]
