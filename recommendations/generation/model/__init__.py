"""Recommendations in the words of a language model: optional, bounded, and checked like all."""

from .writer import Model, configured

__all__ = ["Model", "configured"]
