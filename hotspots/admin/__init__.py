"""The back office of what is watched, measured and found."""

from . import catalog, findings, readings, series, silences  # noqa: F401
