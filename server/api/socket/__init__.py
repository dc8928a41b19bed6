"""The WebSocket: frames, the hub of live clients, and presence."""
