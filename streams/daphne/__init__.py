"""Daphne as a full second server: the same sockets, limits and end as under ``manage.py serve``.

Daphne itself never pushes back, and drops everything on SIGTERM. ``config.asgi`` puts ``Daphne``
around the application where Daphne is loaded; nothing here is imported by other commands.
"""

from .application import Daphne

__all__ = ["Daphne"]
