"""What a client prefers (RFC 7240)."""

from starlette.requests import Request


def prefers(request: Request, what: str) -> bool:
    """Whether `Prefer` names it: `respond-async`, `handling=lenient`."""
    told = ",".join(request.headers.getlist("prefer")).replace(";", ",").split(",")
    return what in [one.strip().lower() for one in told]
