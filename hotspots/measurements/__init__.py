"""Readings as they are stored: points of charts, sums by the hour, how long they stay."""
