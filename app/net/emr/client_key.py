"""A client that proves who it is by a key of its own (RFC 7523, SMART App Launch 2: asymmetric
client authentication): nothing that opens the server leaves this computer.

RS384 and ES384, which SMART wants of every server. The public half is what hospital IT registers.
"""

import base64
import hashlib
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from app.net.emr.tokens import base64url

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MOST_BYTES = 64 << 10
"""Of a file of keys."""
LASTS_S = 240
"""Servers take none that lasts for more than five minutes."""
_PART = 48
"""Bytes of a number of P-384."""
_LEAST_BITS = 2048


class NoKey(ValueError):
    """The file has no key this program signs with."""


class KeyLocked(NoKey):
    """It has a password, and another than was told."""


@dataclass(frozen=True, slots=True)
class ClientKey:
    """`id` is what the server knows it by (`kid`)."""

    private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey = field(repr=False)
    id: str

    @property
    def public(self) -> dict[str, str]:
        """The public half as JWK (RFC 7517)."""
        use = {"use": "sig", "alg": self._algorithm, "kid": self.id}
        return {**_members(self.private), **use}

    @property
    def _algorithm(self) -> str:
        return "RS384" if isinstance(self.private, rsa.RSAPrivateKey) else "ES384"

    def form(self, client_id: str, token_url: str) -> dict[str, str]:
        """What stands in a request for a token besides what is asked for; good once."""
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": token_url,
            "exp": int(time.time()) + LASTS_S,
            "jti": str(uuid4()),
        }
        head = {"alg": self._algorithm, "typ": "JWT", "kid": self.id}
        signed = ".".join(base64url(json.dumps(one).encode()) for one in (head, claims))
        signature = self._signature(signed.encode())
        return {
            "client_assertion_type": ASSERTION,
            "client_assertion": f"{signed}.{base64url(signature)}",
        }

    def _signature(self, told: bytes) -> bytes:
        if isinstance(self.private, rsa.RSAPrivateKey):
            return self.private.sign(told, padding.PKCS1v15(), SHA384())
        r, s = decode_dss_signature(self.private.sign(told, ec.ECDSA(SHA384())))
        return r.to_bytes(_PART, "big") + s.to_bytes(_PART, "big")


def client_key(text: str) -> ClientKey:
    """Of PEM without a password, of a JWK, or of a JWK Set with one private key. Raises `NoKey`."""
    try:
        if _is_jwk(text):
            return _of_jwk(json.loads(text))
        return _known(load_pem_private_key(text.encode(), None))
    except NoKey:
        raise
    except Exception as error:
        raise NoKey("there is no private key in it") from error


def read_key(path: Path, password: str) -> tuple[str, str]:
    """The key of a file as it is to be kept, without its password, and the public half as a JWK
    Set. For a thread. Raises `NoKey`, `KeyLocked`, OSError."""
    if path.stat().st_size > MOST_BYTES:
        raise NoKey("a file of keys is small")
    text = path.read_bytes().decode("utf-8-sig", "replace")
    kept = text if _is_jwk(text) else _unlocked(text, password)
    return kept, json.dumps({"keys": [client_key(kept).public]}, indent=1)


def _is_jwk(text: str) -> bool:
    return text.lstrip().startswith("{")


def _unlocked(text: str, password: str) -> str:
    if "ENCRYPTED" not in text:
        return text
    try:
        private = load_pem_private_key(text.encode(), password.encode())
    except (TypeError, ValueError) as error:
        raise KeyLocked("the password is another one") from error
    form = Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    return private.private_bytes(*form).decode()


def _of_jwk(told: Any) -> ClientKey:
    keys = [one for one in told.get("keys", [told]) if "d" in one]
    if len(keys) != 1:
        raise NoKey("one private key is wanted")
    one = keys[0]
    number = {name: _number(one[name]) for name in _NUMBERS if name in one}
    if one["kty"] == "EC" and one["crv"] == "P-384":
        point = ec.EllipticCurvePublicNumbers(number["x"], number["y"], ec.SECP384R1())
        return _known(ec.EllipticCurvePrivateNumbers(number["d"], point).private_key(), one)
    if one["kty"] == "RSA":
        public = rsa.RSAPublicNumbers(number["e"], number["n"])
        p, q = number.get("p"), number.get("q")
        if p is None or q is None:
            p, q = rsa.rsa_recover_prime_factors(number["n"], number["e"], number["d"])
        parts = rsa.RSAPrivateNumbers(
            p,
            q,
            number["d"],
            rsa.rsa_crt_dmp1(number["d"], p),
            rsa.rsa_crt_dmq1(number["d"], q),
            rsa.rsa_crt_iqmp(p, q),
            public,
        )
        return _known(parts.private_key(), one)
    raise NoKey("a key for RS384 or ES384 is wanted")


def _known(private: object, jwk: dict[str, Any] | None = None) -> ClientKey:
    """Its id is the one of its JWK, else its thumbprint (RFC 7638)."""
    strong = isinstance(private, rsa.RSAPrivateKey) and private.key_size >= _LEAST_BITS
    curve = isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name == "secp384r1"
    if not (strong or curve):
        raise NoKey("RSA of 2048 bits and more, or the curve P-384, is wanted")
    assert isinstance(private, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    told = (jwk or {}).get("kid")
    if isinstance(told, str) and told:
        return ClientKey(private, told)
    members = json.dumps(_members(private), sort_keys=True, separators=(",", ":"))
    return ClientKey(private, base64url(hashlib.sha256(members.encode()).digest()))


def _members(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> dict[str, str]:
    """Those of the public half that a thumbprint is made of."""
    if isinstance(private, rsa.RSAPrivateKey):
        numbers = private.public_key().public_numbers()
        return {"kty": "RSA", "n": _of_number(numbers.n), "e": _of_number(numbers.e)}
    point = private.public_key().public_numbers()
    return {
        "kty": "EC",
        "crv": "P-384",
        "x": _of_number(point.x, _PART),
        "y": _of_number(point.y, _PART),
    }


_NUMBERS = ("n", "e", "d", "p", "q", "x", "y")


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def _of_number(number: int, size: int = 0) -> str:
    """In as few bytes as it takes, where no size is told."""
    return base64url(number.to_bytes(size or (number.bit_length() + 7) // 8, "big"))
