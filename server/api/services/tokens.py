"""Access tokens (JWT, HS256) and opaque secrets."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from uuid import UUID

import jwt

from protocol.account import TokenScope
from protocol.errors import ErrorCode
from server.domain.consultation import hash_token
from server.domain.errors import Unauthenticated
from server.domain.people import CallSeat
from server.store.kept_secrets import kept_secret

_ISSUER = "huizhen"
_ALGORITHM = "HS256"


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says. `seat` is there only for the scope `call`."""

    session_id: UUID
    account_id: UUID | None
    scope: TokenScope
    expires_at: datetime
    seat: CallSeat | None = None


def load_key(data_dir: Path) -> bytes:
    """The signing key of access tokens, made at the first start, readable by its owner only."""
    return kept_secret(data_dir, "token", 64)


def new_secret() -> tuple[str, str]:
    """A 256-bit secret for the client and the hash that rests in the store. It does not begin like
    an option: somebody types it behind a command."""
    secret = secrets.token_urlsafe(32)
    while secret.startswith("-"):
        secret = secrets.token_urlsafe(32)
    return secret, hash_token(secret)


class Tokens:
    """Issues and reads access tokens."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._verified = lru_cache(1024)(self._read)
        """A signature stays right: that of an upload of a thousand images is checked once."""

    def issue(self, claims: Claims) -> str:
        body: dict[str, object] = {
            "iss": _ISSUER,
            "sid": str(claims.session_id),
            "scope": claims.scope.value,
            "exp": claims.expires_at,
        }
        if claims.account_id is not None:
            body["sub"] = str(claims.account_id)
        if claims.seat is not None:
            body["seat"] = {
                "consultation": str(claims.seat.consultation_id),
                "call": str(claims.seat.call_id),
                "name": claims.seat.display_name,
                "kind": claims.seat.kind,
            }
        return jwt.encode(body, self._key, algorithm=_ALGORITHM)

    def read(self, token: str, now: datetime) -> Claims:
        """Raises `Unauthenticated`: expired or invalid."""
        claims = self._verified(token)
        if claims.expires_at <= now:
            raise expired()
        return claims

    def _read(self, token: str) -> Claims:
        try:
            body = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"require": ["exp", "sid", "scope"], "verify_exp": False},
            )
            claims = Claims(
                session_id=UUID(body["sid"]),
                account_id=UUID(body["sub"]) if "sub" in body else None,
                scope=TokenScope(body["scope"]),
                expires_at=datetime.fromtimestamp(body["exp"], UTC),
                seat=_seat(body.get("seat")),
            )
        except (jwt.InvalidTokenError, ValueError, KeyError, TypeError) as error:
            raise Unauthenticated(
                ErrorCode.TOKEN_INVALID, "the access token is not one of this server"
            ) from error
        return claims


def expired() -> Unauthenticated:
    return Unauthenticated(ErrorCode.TOKEN_EXPIRED, "the access token has expired; refresh it")


def until(now: datetime, seconds: float) -> datetime:
    """A time to come, in whole seconds as tokens carry it."""
    return (now + timedelta(seconds=seconds)).replace(microsecond=0)


def _seat(body: object) -> CallSeat | None:
    if not isinstance(body, dict):
        return None
    return CallSeat(
        consultation_id=UUID(body["consultation"]),
        call_id=UUID(body["call"]),
        display_name=str(body["name"]),
        kind=str(body["kind"]),
    )
