"""The log over HTTP, for clients without a socket: long poll, or server-sent events."""
