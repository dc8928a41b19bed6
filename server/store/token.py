"""A key-encryption key on a PKCS#11 token (an HSM): AES-256, made there, never to be had from it.

A session lasts for one piece of work, so that a token may be taken out and put back, and a PIN
changed, under a running server.
"""

import base64
import binascii
import os
import secrets
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.store.errors import KeyUnusable
from server.store.kek import Entry

ALGORITHM = "AES-256-GCM"
_KEY_BITS, _TAG_BITS, _NONCE_BYTES, _ID_BYTES = 256, 128, 12, 16


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Which keys of which token."""

    module: Path
    """The library of its maker (PKCS#11, also called Cryptoki)."""
    token: str
    """The label of the token."""
    label: str
    """The label its key-encryption keys have."""


class Token:
    """The keys of one label on one token.

    Args:
        pin: reads the PIN anew each time; raises `KeyUnusable`.
        open_module: for tests; loads the library.

    All of it blocks and raises `KeyUnusable` with the mend. A PIN that was refused is not tried
    again, since a token locks itself after a few.
    """

    def __init__(
        self,
        place: TokenPlace,
        pin: Callable[[], str],
        open_module: Callable[[str], Any] | None = None,
    ) -> None:
        self._place, self._pin = place, pin
        self._open_module = open_module
        self._refused: str | None = None
        self._lock = threading.Lock()

    def make(self) -> str:
        """A new key; answers its id, hexadecimal."""
        import pkcs11
        from pkcs11 import Attribute

        kek_id = secrets.token_bytes(_ID_BYTES)
        with self._session(writes=True) as session:
            session.generate_key(
                pkcs11.KeyType.AES,
                _KEY_BITS,
                id=kek_id,
                label=self._place.label,
                store=True,
                capabilities=pkcs11.MechanismFlag.ENCRYPT | pkcs11.MechanismFlag.DECRYPT,
                template={
                    Attribute.PRIVATE: True,
                    Attribute.SENSITIVE: True,
                    Attribute.EXTRACTABLE: False,
                },
            )
        return kek_id.hex()

    def ids(self) -> list[str]:
        """Of the keys that are there."""
        from pkcs11 import Attribute

        with self._session() as session:
            return [bytes(one[Attribute.ID]).hex() for one in self._keys(session)]

    def wrap(self, kek_id: str, key_id: bytes, secret: bytes) -> dict[str, str]:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        with self._session() as session:
            key = self._key(session, kek_id)
            wrapped = key.encrypt(secret, **_gcm(nonce, key_id, kek_id))
        return {
            "kek": kek_id,
            "algorithm": ALGORITHM,
            "nonce": base64.b64encode(nonce).decode(),
            "wrapped": base64.b64encode(wrapped).decode(),
        }

    def unwrap(self, key_id: bytes, entry: Entry) -> bytes:
        from pkcs11.exceptions import EncryptedDataInvalid, EncryptedDataLenRange, GeneralError

        kek_id = str(entry["kek"])
        try:
            nonce, wrapped = (
                base64.b64decode(entry[name], validate=True) for name in ("nonce", "wrapped")
            )
            if entry["algorithm"] != ALGORITHM or len(bytes.fromhex(kek_id)) != _ID_BYTES:
                raise ValueError
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            raise _altered() from error
        with self._session() as session:
            key = self._key(session, kek_id)
            try:
                return bytes(key.decrypt(wrapped, **_gcm(nonce, key_id, kek_id)))
            except (EncryptedDataInvalid, EncryptedDataLenRange, GeneralError) as error:
                raise _altered() from error

    def destroy(self, ids: Collection[str]) -> int:
        """Removes these keys of the label; answers how many. Others may be another site's."""
        from pkcs11 import Attribute

        with self._session(writes=True) as session:
            gone = [one for one in self._keys(session) if bytes(one[Attribute.ID]).hex() in ids]
            for one in gone:
                one.destroy()
        return len(gone)

    def _keys(self, session: Any) -> list[Any]:
        from pkcs11 import Attribute, ObjectClass

        wanted = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: self._place.label}
        return list(session.get_objects(wanted))

    def _key(self, session: Any, kek_id: str) -> Any:
        from pkcs11 import Attribute

        for one in self._keys(session):
            if bytes(one[Attribute.ID]).hex() == kek_id:
                return one
        raise KeyUnusable(
            f"the token {self._place.token!r} has no key {kek_id[:8]} named "
            f"{self._place.label!r}: is this the token of this site (HUIZHEN_KEY_TOKEN, "
            "HUIZHEN_KEY_LABEL)? A replaced one needs its keys from the token's own backup"
        )

    @contextmanager
    def _session(self, *, writes: bool = False) -> Iterator[Any]:
        """One at a time: to PKCS#11 a process is one application with one user."""
        from pkcs11 import exceptions

        place, pin = self._place, self._pin()
        with self._lock:
            if pin == self._refused:
                raise _wrong_pin(place)
            try:
                with _told(place):
                    token = _found(self._loaded(), place)
                    _spare(token.flags, place)
                    with token.open(user_pin=pin, rw=writes) as session:
                        yield session
            except (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange) as no:
                self._refused = pin
                raise _wrong_pin(place) from no

    def _loaded(self) -> Any:
        import pkcs11

        module = self._place.module
        try:
            return (self._open_module or pkcs11.lib)(str(module))
        except (pkcs11.PKCS11Error, OSError) as error:
            raise KeyUnusable(
                f"the token's library {module.name} cannot be loaded: HUIZHEN_KEY_MODULE names the "
                "PKCS#11 library of the token's maker, which this user can read and whose own "
                "settings are in order"
            ) from error


@contextmanager
def _told(place: TokenPlace) -> Iterator[None]:
    """The library's errors as ours, but those of a PIN that is wrong."""
    from pkcs11 import exceptions

    try:
        yield
    except (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange):
        raise
    except exceptions.PinLocked as error:
        raise _locked(place) from error
    except (
        exceptions.NoSuchToken,
        exceptions.TokenNotPresent,
        exceptions.DeviceRemoved,
    ) as error:
        raise KeyUnusable(
            f"the token {place.token!r} is not there: plug it in or reach it (is the HSM's "
            "service running?), or set HUIZHEN_KEY_TOKEN to its label"
        ) from error
    except exceptions.MultipleTokensReturned as error:
        raise KeyUnusable(
            f"several tokens are named {place.token!r}: take one out, or name it otherwise"
        ) from error
    except exceptions.PKCS11Error as error:
        raise KeyUnusable(
            f"the token {place.token!r} refuses ({type(error).__name__}): it must be able to keep "
            "AES-256 keys and to use them by AES-GCM, and this user to write to it where a key is "
            "made"
        ) from error


def _found(module: Any, place: TokenPlace) -> Any:
    """Many libraries look for tokens once, when they are loaded."""
    from pkcs11 import NoSuchToken

    try:
        return module.get_token(token_label=place.token)
    except NoSuchToken:
        module.reinitialize()
        return module.get_token(token_label=place.token)


def _gcm(nonce: bytes, key_id: bytes, kek_id: str) -> dict[str, Any]:
    from pkcs11 import GCMParams, Mechanism

    bound = b"huizhen wrapping key 1" + key_id + bytes.fromhex(kek_id)
    return {
        "mechanism": Mechanism.AES_GCM,
        "mechanism_param": GCMParams(nonce, bound, _TAG_BITS),
    }


def pin_of(pin: str | None, file: Path | None) -> str:
    """The PIN as it is configured; raises `KeyUnusable`."""
    if file is None:
        return pin or ""
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise KeyUnusable(f"others may read the PIN in {file.name}: chmod 600 it")
        return file.read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyUnusable(
            f"the PIN cannot be read from {file.name}: HUIZHEN_KEY_PIN_FILE names a file with "
            "nothing but the PIN, which this user can read"
        ) from error


def _spare(flags: Any, place: TokenPlace) -> None:
    """Leaves the last try to a person: a service that is started again and again would lock it."""
    from pkcs11 import TokenFlag

    if flags & TokenFlag.USER_PIN_LOCKED:
        raise _locked(place)
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        raise KeyUnusable(
            f"one more wrong PIN locks the token {place.token!r}, so it was not tried: put the "
            "right PIN into HUIZHEN_KEY_PIN_FILE and sign in once with the token's own program"
        )


def _wrong_pin(place: TokenPlace) -> KeyUnusable:
    return KeyUnusable(
        f"the token {place.token!r} does not take this PIN: mend HUIZHEN_KEY_PIN_FILE (or "
        "HUIZHEN_KEY_PIN). It is not tried again, since wrong ones lock the token"
    )


def _locked(place: TokenPlace) -> KeyUnusable:
    return KeyUnusable(
        f"the PIN of the token {place.token!r} is locked after wrong ones: its security officer "
        "sets a new PIN with the token's own program; then put it into HUIZHEN_KEY_PIN_FILE"
    )


def _altered() -> KeyUnusable:
    return KeyUnusable(
        "the token does not open a key of the key file: the file was changed, or is another "
        "site's; put it back from the backup"
    )
