"""Reads a document in a process of its own: no Django, little memory, and it may die.

A crafted file can ask its reader for any amount of memory or time. Here that ends this process,
and whoever started it says that the file is bad.

    python -I child.py '{"kind": "pdf", "max_pages": 300, "memory": …, "seconds": …}'

The file comes on standard input. One JSON object goes to standard output: ``{"pages", "words",
"hidden", "front_matter", "sections": [{"heading", "text"}]}`` or ``{"code", "problem"}``.
"""

import json
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

ANSWER_BYTES = 16 * 1024**2


def main(order: dict[str, Any]) -> None:
    """Write what the file says, or why it cannot be read."""
    limit_resources(order["memory"], order["seconds"])
    sys.path.insert(0, str(Path(__file__).parents[3]))
    from recommendations.documents.errors import DocumentError

    try:
        answer = read(sys.stdin.buffer.read(), order)
    except DocumentError as error:
        answer = {"code": error.code, "problem": str(error)}
    except MemoryError:
        answer = {"code": "too_much_memory", "problem": "Reading it needs too much memory."}
    except Exception as error:  # noqa: BLE001 - whatever a reader raises, the file is to blame
        reason = next(iter(str(error).splitlines()), "") or type(error).__name__
        answer = {"code": "damaged", "problem": f"The file cannot be read: {reason[:300]}"}
    json.dump(answer, sys.stdout)


def limit_resources(memory_bytes: int, seconds: int) -> None:
    """Bound memory and time, where the system can."""
    signal.alarm(seconds + 5)  # should whoever started this be gone
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        resource.setrlimit(resource.RLIMIT_FSIZE, (ANSWER_BYTES, ANSWER_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(content: bytes, order: dict[str, Any]) -> dict[str, Any]:
    """Return what a document says, in sections.

    Raises:
        DocumentError: it cannot be read, has no text or too much.
    """
    from recommendations.documents.errors import DocumentError
    from recommendations.documents.reading import blocks, sections

    found = _reader(order)(content)
    words = blocks.count_words(found.blocks)
    if not words:
        raise DocumentError("no text found: the file has no words.", "no_text")
    if words > order["max_words"]:
        detail = f"The text has {words:,} words: at most {order['max_words']:,} are read. Split it."
        raise DocumentError(detail, "too_many_words")
    return {
        "pages": found.pages,
        "words": words,
        "hidden": found.hidden,
        "front_matter": found.front_matter,
        "sections": sections.cut(found.blocks, "Introduction"),
    }


def _reader(order: dict[str, Any]) -> Any:
    from functools import partial

    if order["kind"] == "pdf":
        from recommendations.documents.reading import pdf_text

        return partial(pdf_text.read, max_pages=order["max_pages"])
    if order["kind"] == "docx":
        from recommendations.documents.reading import docx_text

        return docx_text.read
    from recommendations.documents.reading import markdown_text

    return markdown_text.read


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
