"""The second factor of a sign-in: a code that changes every 30 s (TOTP, RFC 6238)."""

from typing import Annotated

from pydantic import Field, SecretStr, StringConstraints

from protocol.base import Answer, Message, Moment

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
"""Six digits of the authenticator, or a recovery code."""


class SecondFactorState(Answer):
    """What is set up for the asker; `required` when a role of theirs needs it."""

    since: Moment | None
    required: bool
    recovery_codes_left: int = Field(default=0, ge=0)


class BeginSecondFactor(Message):
    """The password again; `code` of the factor in force, where there is one."""

    password: SecretStr = Field(min_length=1, max_length=200)
    code: Code | None = None


class SecondFactorOffer(Answer):
    """A new secret, shown once; it is in force when a code of it has come back.

    `secret` is base32, `uri` the `otpauth://` address that authenticators read from a QR code.
    """

    secret: str
    uri: str


class ConfirmSecondFactor(Message):
    code: Code


class RecoveryCodes(Answer):
    """Each opens once where the authenticator is lost; shown once, older ones are void."""

    codes: tuple[str, ...]
