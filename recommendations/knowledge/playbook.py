"""Playbooks on disk: Markdown with YAML front matter, cut into passages."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from .schema import FrontMatter

PLAYBOOKS = Path(__file__).parent / "playbooks"
MAX_PASSAGE_WORDS = 200
ACTIONS, PRECONDITIONS, SIGNS, REASONS = (
    "What to do",
    "Before you start",
    "Signs",
    "Why it works",
)
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
_HEADING = re.compile(r"^## +(.+?) *$", re.MULTILINE)


class PlaybookError(ValueError):
    """A playbook file is malformed; the message names the file and what is wrong."""


@dataclass(frozen=True, slots=True)
class Section:
    """One headed section: what is retrieved and cited."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class PlaybookFile:
    """A checked playbook. ``content_hash`` changes with any byte of the file."""

    front: FrontMatter
    sections: tuple[Section, ...]
    content_hash: str


def read_all(folder: Path = PLAYBOOKS) -> list[PlaybookFile]:
    """Return the playbooks of a folder, by file name.

    Raises:
        PlaybookError: a file is malformed, or its name is not its id.
    """
    return [read(path) for path in sorted(folder.glob("*.md"))]


def read(path: Path) -> PlaybookFile:
    """Return one playbook.

    Raises:
        PlaybookError: it cannot be read, is malformed, or its name is not its id.
    """
    try:
        raw = path.read_bytes()
        playbook = parse(raw.decode())
    except OSError as error:
        raise PlaybookError(f"{path.name}: {error.strerror}") from error
    except (ValueError, yaml.YAMLError) as error:  # ValidationError is a ValueError
        raise PlaybookError(f"{path.name}: {_reason(error)}") from error
    if playbook.front.id != path.stem:
        raise PlaybookError(f"{path.name}: the id is {playbook.front.id}")
    return playbook


def parse(text: str) -> PlaybookFile:
    """Return the playbook that a text holds; raises ValueError or YAMLError if it is none."""
    found = _FRONT_MATTER.match(text)
    if not found:
        raise ValueError("no front matter between two lines of ---")
    front = FrontMatter.model_validate(yaml.safe_load(found[1]))
    sections = tuple(_sections(front, found[2]))
    for section in sections:
        if len(f"{front.title} {section.text}".split()) > MAX_PASSAGE_WORDS:
            raise ValueError(f"section {section.heading!r} is over {MAX_PASSAGE_WORDS} words")
    return PlaybookFile(front, sections, hashlib.sha256(text.encode()).hexdigest())


def _sections(front: FrontMatter, body: str) -> Iterator[Section]:
    # Actions and preconditions are passages too, so that what a recommendation says of them
    # can be cited like anything else.
    yield Section(ACTIONS, " ".join(front.actions))
    if front.preconditions:
        yield Section(PRECONDITIONS, " ".join(front.preconditions))
    _, *rest = _HEADING.split(body)
    found = dict(zip(rest[::2], (" ".join(part.split()) for part in rest[1::2]), strict=True))
    if not found.get(SIGNS) or not found.get(REASONS):
        raise ValueError(f"the sections {SIGNS!r} and {REASONS!r} are required")
    found[SIGNS] = f"Possible cause: {front.cause}. {found[SIGNS]}"
    yield from (Section(heading, text) for heading, text in found.items())


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return " ".join(str(error).split())
