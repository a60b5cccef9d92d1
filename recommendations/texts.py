"""What people may write into a recommendation: text that everybody can read."""

import unicodedata

LAYOUT = "\n\r\t"
JOINERS = "\u200c\u200d"  # format characters that Persian, Hindi and emoji are written with
# Control characters, halves of a character, and what nobody sees: U+202E, for one, shows the rest
# of a line backwards, so that people approve something else than what is stored.
_UNREADABLE = {"Cc", "Cf", "Cs"}
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}


def unreadable(text: str) -> str:
    """Return the first character that people cannot read, as ``U+202E``; empty without one."""
    found = (c for c in text if unicodedata.category(c) in _UNREADABLE)
    return next((f"U+{ord(c):04X}" for c in found if c not in LAYOUT + JOINERS), "")


def is_visible(text: str) -> bool:
    """Whether there is anything to see in it."""
    return any(unicodedata.category(c) not in _UNSEEN for c in text)
