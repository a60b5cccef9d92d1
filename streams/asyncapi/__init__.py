"""The description of the sockets as AsyncAPI 3, made from what the server itself uses."""
