"""SmolLM2 behind an OpenAI-compatible address: a real model, and a deliberately bad one.

It keeps to the form that it is asked for, cites at random and invents the rest.
"""

import http.client
import sys
from contextlib import closing

from tests.servers.base import Server

from . import serve_smollm2

AVAILABLE = serve_smollm2.is_available()


class SmolLM2Server(Server):
    """The model in a child process."""

    name = "smollm2"

    def command(self) -> list[str]:
        """Python with the program that serves it."""
        return [sys.executable, serve_smollm2.__file__, str(self.port)]

    @property
    def url(self) -> str:
        """Its address, as LLM_BASE_URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    def is_ready(self) -> bool:
        """Whether the model is loaded."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)) as client:
            try:
                client.request("GET", "/health")
                return client.getresponse().status == 200
            except OSError:
                return False
