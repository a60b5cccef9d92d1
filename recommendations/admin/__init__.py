"""The back office of recommendations, playbooks and documents."""

from . import documents, playbooks, recommendations

__all__ = ["documents", "playbooks", "recommendations"]
