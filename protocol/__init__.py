"""What the client and the server say to each other: typed messages and REST bodies.

Pydantic only; both programs import these modules and nothing of each other. Unknown fields of a
request are refused and values are never coerced, so a client and a server that disagree find out
at the border instead of in a patient's record.
"""

API = "/v1"
"""Prefix of every REST path and of the WebSocket; DICOMweb lives under `/dicomweb`."""

PROTOCOL_VERSION = 1
"""Raised when a message changes so that an older peer would misread it."""
