"""Durations in a person's words."""

from __future__ import annotations


def in_words(seconds: float) -> str:
    """Seconds as "40 s", "6 min", "2 h 10 min" or "3 days"."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes:02d} min"
    return f"{hours / 24:.0f} days"
