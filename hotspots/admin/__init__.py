"""The back office of what is watched, measured and found."""

from . import catalog, findings, readings  # noqa: F401
