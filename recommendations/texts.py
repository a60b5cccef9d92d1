"""What people may write into a recommendation: text that everybody can read."""

import unicodedata

LAYOUT = "\n\r\t"
_UNREADABLE = {"Cc", "Cs"}  # control characters, halves of a character
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}


def is_text(text: str) -> bool:
    """Whether there is nothing but characters, line breaks and tabs in it."""
    return all(c in LAYOUT or unicodedata.category(c) not in _UNREADABLE for c in text)


def is_visible(text: str) -> bool:
    """Whether there is anything to see in it."""
    return any(unicodedata.category(c) not in _UNSEEN for c in text)
