"""Time-based one-time passwords (RFC 6238): HMAC-SHA-1, six digits, steps of 30 seconds, which is
what every authenticator computes; and recovery codes for who has lost theirs."""

import base64
import secrets
from collections.abc import Iterable
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES = 20
"""RFC 4226 section 4, R6: 160 bits are recommended."""
DIGITS, STEP_S = 6, 30
_EITHER_SIDE = 1
"""Steps by which an authenticator's clock may be off (RFC 6238 section 5.2)."""
RECOVERY_CODES = 10
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that cannot be mistaken for each other when read out."""
_RECOVERY_LETTERS = 12


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def base32(secret: bytes) -> str:
    """As people type it (RFC 4648 section 6), without padding."""
    return base64.b32encode(secret).decode().rstrip("=")


def uri(secret: bytes, username: str, issuer: str) -> str:
    """The `otpauth://` address that authenticators read from a QR code."""
    return _totp(secret).get_provisioning_uri(username, issuer)


def code_at(secret: bytes, step: int) -> str:
    """The six digits of a step since 1970."""
    return _totp(secret).generate(step * STEP_S).decode()


def step_of(secret: bytes, code: str, at: datetime) -> int | None:
    """The step whose code this is, at most one from `at`; None when there is none."""
    now = int(at.timestamp()) // STEP_S
    found = None
    for step in range(now - _EITHER_SIDE, now + _EITHER_SIDE + 1):
        try:
            _totp(secret).verify(code.encode(), step * STEP_S)
        except InvalidToken:
            continue
        found = step
    return found


def is_time_code(code: str) -> bool:
    """Whether it has the form of an authenticator's code; else it is meant as a recovery code."""
    return len(code) == DIGITS and code.isascii() and code.isdecimal()


def new_recovery_codes() -> tuple[str, ...]:
    """Each of 12 letters: 59 random bits."""
    return tuple(
        _grouped(secrets.choice(READABLE) for _ in range(_RECOVERY_LETTERS))
        for _ in range(RECOVERY_CODES)
    )


def plain(code: str) -> str:
    """A code without what people put between its signs."""
    return "".join(sign for sign in code.lower() if sign.isalnum())


def _grouped(letters: Iterable[str]) -> str:
    text = "".join(letters)
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_S)  # nosec B303  # HMAC's, as RFC 6238 has it
