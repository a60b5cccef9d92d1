"""What of a note is searched: everything but what it rules out."""

import re

from .vocabulary import search_words

# Fewer words than these say too little by themselves.
MIN_WORDS = 3
# Between two statements: punctuation that ends one (not the point of 9.2), and "but".
_BOUNDARY = re.compile(
    r"[,;:.()?!]+(?=\s|$)|\s[-\u2013]\s|\b(?:but|although|though)\b", re.IGNORECASE
)
# "not the tires", but not "not possible": that is what somebody saw.
_DENIED = re.compile(
    r"(?:and |it'?s |it is )?not\b"
    r"(?! (?:possible|plausible|working|closing|shutting|stopping|enough|available)\b)",
    re.IGNORECASE,
)
_IN_ORDER = re.compile(r"\b(?:ok|okay|fine|all right|alright|in order)$", re.IGNORECASE)


def searched(note: str) -> str:
    """Return a note without the clauses that say what it is not, or what is in order.

    "Not the tires, the boiler is fine: engines idle at the gate" is about engines; the words
    that were ruled out would find just the wrong playbooks. A note that says hardly anything
    else is searched as it is.
    """
    clauses = [clause.strip() for clause in _BOUNDARY.split(note)]
    kept = [c for c in clauses if c and not _DENIED.match(c) and not _IN_ORDER.search(c)]
    if len(kept) == sum(map(bool, clauses)):
        return note
    told = ", ".join(kept)
    return told if len(search_words(told)) >= MIN_WORDS else note
