"""A client proves who it is by a key of its own; PyJWT, which no one here wrote, checks it."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from app.net.emr.client_key import ASSERTION, KeyLocked, NoKey, client_key, read_key
from app.net.emr.finding import find_patients
from app.net.errors import NotSignedIn
from tests.fakes.bundles import patient
from tests.fakes.hospital import Answer, FakeHospital, hospital
from tests.net.test_emr_hospital import Asking

Private = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
CURVE: Private = ec.generate_private_key(ec.SECP384R1())
RSA: Private = rsa.generate_private_key(65537, 2048)


def pem(key: Private, password: str = "") -> str:
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock).decode()


def jwk(key: Private, **more: str) -> str:
    if isinstance(key, rsa.RSAPrivateKey):
        told = jwt.algorithms.RSAAlgorithm.to_jwk(key)
    else:
        told = jwt.algorithms.ECAlgorithm.to_jwk(key)
    return json.dumps(json.loads(told) | more)


class TokenDoor:
    """The token endpoint of a hospital that has registered a public key."""

    def __init__(self, fake: FakeHospital, public: str) -> None:
        (self.key,) = jwt.PyJWKSet.from_json(public).keys
        self.url = f"{fake.url.removesuffix('/fhir')}/token"
        self.seen: list[str] = []
        self._fake = fake
        fake.door, fake.token = self.answer, "nobody has come"

    def answer(self, _method: str, asked: str, body: str) -> Answer | None:
        if not asked.endswith("/token"):
            return None
        form = {name: one[0] for name, one in parse_qs(body).items()}
        told: dict[str, Any] = jwt.decode(
            form["client_assertion"],
            self.key,
            algorithms=["RS384", "ES384"],
            audience=self.url,
            issuer="clinic",
            subject="clinic",
            options={"require": ["exp", "jti", "aud"]},
        )
        head = jwt.get_unverified_header(form["client_assertion"])
        again = told["jti"] in self.seen
        if head["kid"] != self.key.key_id or form["client_assertion_type"] != ASSERTION or again:
            return 401, {"error": "invalid_client"}, {}
        self.seen.append(told["jti"])
        self._fake.token = f"token {len(self.seen)}"
        return 200, {"access_token": self._fake.token, "token_type": "bearer"}, {}


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (CURVE, pem(CURVE)),
        (RSA, pem(RSA, "s3cret")),
        (CURVE, jwk(CURVE, kid="clinic-2026")),
        (RSA, json.dumps({"keys": [json.loads(jwk(RSA))]})),
    ],
    ids=["PEM", "PEM with a password", "JWK", "JWK Set"],
)
def test_who_has_the_registered_key_is_admitted_each_time_by_a_new_assertion(
    tmp_path: Path, key: Private, text: str
) -> None:
    file = tmp_path / "clinic.pem"
    file.write_text(text, encoding="utf-8")
    kept, public = read_key(file, "s3cret")
    assert not {"d", "p", "q"} & json.loads(public)["keys"][0].keys()
    with hospital(patient()) as fake:
        door = TokenDoor(fake, public)
        more = {"access": "key", "client_id": "clinic", "token_url": door.url}
        asking = Asking(fake, kept, **more).server
        assert find_patients(asking, "何小溪").patients
        fake.token = "taken back"
        assert find_patients(asking, "何小溪").patients
        asking.close()
    assert len(door.seen) == 2
    numbers = key.public_key().public_numbers()
    assert door.key.key.public_numbers() == numbers


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (pem(CURVE, "another"), KeyLocked),
        (pem(ec.generate_private_key(ec.SECP256R1())), NoKey),
        (jwk(CURVE).replace('"d"', '"e"'), NoKey),
        ("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", NoKey),
        ("{}", NoKey),
        ("[1]", NoKey),
    ],
)
def test_a_file_without_such_a_key_is_told(tmp_path: Path, text: str, why: type[NoKey]) -> None:
    file = tmp_path / "clinic.pem"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(why):
        read_key(file, "s3cret")


def test_without_a_key_nobody_is_asked_for_a_token() -> None:
    with hospital(patient()) as fake:
        more = {"access": "key", "client_id": "clinic", "token_url": f"{fake.url}/token"}
        asking = Asking(fake, "", **more).server
        with pytest.raises(NotSignedIn):
            find_patients(asking, "何小溪")
        asking.close()
        assert fake.asked == []
    with pytest.raises(NoKey):
        client_key("")
