"""The rules about messages are held against a real server."""

from tests.server.conftest import context, server, servers, town, valley

__all__ = ["context", "server", "servers", "town", "valley"]
