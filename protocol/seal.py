"""What an Ed25519 signature (RFC 8032) and its key look like in a message."""

from typing import Annotated

from pydantic import StrictStr, StringConstraints

from protocol.base import Message

Base64Signature = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{86}==$")]
Base64Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]


class Seal(Message):
    """A signature and the public key it is verified with, which the server has registered."""

    signature: Base64Signature
    public_key: Base64Key


class FreshSeal(Seal):
    """One that is made now: `ticket` says that its owner has just proved who they are."""

    ticket: StrictStr
