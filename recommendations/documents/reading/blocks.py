"""What every reader makes of a document: headings, paragraphs and list items, in order."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_SPACES = re.compile(r"\s+")
#: Categories of characters that nobody sees: controls, formats, surrogates, private, unassigned.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn"}
_HARMLESS = "\n\t\r\f\v\u00ad"  # layout and soft hyphens: no word of a message


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a list item or a heading. ``place`` names where it stands: ``Page 12``."""

    text: str
    is_heading: bool = False
    place: str = ""


@dataclass(slots=True)
class Read:
    """What a reader found; ``hidden`` counts the invisible characters that were left out."""

    blocks: list[Block]
    pages: int | None = None
    front_matter: dict[str, Any] | None = None
    hidden: int = 0


@dataclass(slots=True)
class Cleaner:
    """Takes out of texts what a reader of the page would not see, and counts it."""

    hidden: int = field(default=0)

    def line(self, text: str) -> str:
        """Return a text in one line, composed, without invisible characters."""
        kept = []
        for mark in unicodedata.normalize("NFC", text.translate(_LIGATURES)):
            if unicodedata.category(mark) not in _UNSEEN:
                kept.append(mark)
            elif mark in _HARMLESS:
                kept.append("" if mark == "\u00ad" else " ")
            else:
                self.hidden += 1
        return _SPACES.sub(" ", "".join(kept)).strip()


def count_words(blocks: list[Block]) -> int:
    """Return how many words the blocks have."""
    return sum(len(block.text.split()) for block in blocks)
