"""A certificate on a token signs without its key ever leaving the token (SoftHSM)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PySide6.QtWidgets import QApplication

from app.services.paper_signature import (
    CertificateToken,
    CertificateUnusable,
    sign_paper,
    token_labels,
    verify_paper,
    words_of,
)
from app.session.notices import Trouble
from app.session.signature import CertificatePlace, TokenLabel
from app.views.report_print import report_pdf
from protocol.report import ReportSeal
from tests.fakes.authority import Authority
from tests.fakes.reports import report
from tests.fakes.softhsm import PIN, soft_token
from tests.services.conftest import Desk

TOKEN, LABEL = "huizhen", "signature"


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("卫生电子认证")


@pytest.fixture(scope="module")
def source(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[
    CertificateToken
]:  # fmt: skip
    folder = tmp_path_factory.mktemp("token")
    issued = authority.expert()
    key = folder / "key.pem"
    key.write_bytes(issued.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    with soft_token(folder / "soft", TOKEN) as token:
        where = ("--token", TOKEN, "--label", LABEL, "--id", "a1", "--pin", PIN)
        token.util("--import", str(key), *where)
        _put_certificate(token.module, issued.certificate.public_bytes(Encoding.DER))
        yield CertificateToken(token.module, TOKEN, LABEL)


def _put_certificate(library: Path, der: bytes) -> None:
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    token = pkcs11.lib(str(library)).get_token(token_label=TOKEN)
    with token.open(user_pin=PIN, rw=True) as session:
        named = {pkcs11.Attribute.LABEL: LABEL, pkcs11.Attribute.ID: b"\xa1"}
        session.create_object(
            decode_x509_certificate(der)
            | named
            | {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.PRIVATE: False}
        )


@pytest.fixture(scope="module")
def unsigned() -> bytes:
    assert QApplication.instance() or QApplication([])
    return report_pdf(report(), ReportSeal("s" * 88, "k" * 44, "陈一明"))


def test_it_is_found_without_a_pin(source: CertificateToken) -> None:
    assert token_labels(source.module) == (TokenLabel(TOKEN, LABEL),)


def test_its_paper_is_good(source: CertificateToken, unsigned: bytes, authority: Authority) -> None:
    digest = report().digest()
    signed = sign_paper(unsigned, source, PIN, digest=digest, place="市第一医院")
    seen = verify_paper(
        signed, (authority.own.pem,), digest=digest, signed_at=datetime.now(UTC), expert="陈一明"
    )
    assert seen.good
    assert seen.signer is not None
    assert seen.signer.subject == "陈一明"


def test_a_wrong_pin_says_so(source: CertificateToken) -> None:
    with pytest.raises(CertificateUnusable) as unusable:
        words_of(source, "000000")
    assert unusable.value.trouble is Trouble.CERTIFICATE_WRONG_SECRET


def test_a_token_that_was_taken_out_is_asked_for(source: CertificateToken) -> None:
    gone = CertificateToken(source.module, "somebody's", LABEL)
    with pytest.raises(CertificateUnusable) as unusable:
        words_of(gone, PIN)
    assert unusable.value.trouble is Trouble.CERTIFICATE_NO_TOKEN


def test_what_is_no_library_is_told() -> None:
    with pytest.raises(CertificateUnusable) as unusable:
        token_labels(Path("/nowhere/token.so"))
    assert unusable.value.trouble is Trouble.CERTIFICATE_NOT_READABLE


async def test_it_is_chosen_by_its_label(source: CertificateToken, specialist: Desk) -> None:
    await specialist.certificates.find_tokens(str(source.module))
    (found,) = specialist.state.signature.labels
    await specialist.certificates.choose_token(
        str(source.module), found.token, found.certificate, PIN
    )
    signature = specialist.state.signature
    assert signature.place is CertificatePlace.TOKEN
    assert signature.words is not None
    assert signature.words.issuer == "卫生电子认证"
