"""Whether this process was told to stop: set by the server, read by the readiness check."""

import threading

#: Set as soon as the server is told to stop.
draining = threading.Event()
