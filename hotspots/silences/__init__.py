"""Silences and maintenance windows: who asked for quiet, and what that hides."""
