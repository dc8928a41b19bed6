"""A paper shows whose certificate signed it, when, and that nobody has touched it since."""

from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from io import BytesIO

import pikepdf
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID
from PySide6.QtWidgets import QApplication

from app.services.paper_signature import (
    CertificateFile,
    CertificateUnusable,
    names,
    sign_paper,
    verify_paper,
    words_of,
)
from app.session.notices import Trouble
from app.session.signature import PaperVerdict
from app.views.report_print import report_pdf
from protocol.report import ReportSeal
from tests.fakes.authority import PASSPHRASE, Authority, Issued, time_told
from tests.fakes.reports import report
from tests.fakes.serving import served

PLACE = "市第一医院"
DIGEST = report().digest()


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority("卫生电子认证")


@pytest.fixture(scope="module")
def expert(authority: Authority) -> Issued:
    return authority.expert()


@pytest.fixture(scope="module")
def unsigned(qapp_of_module: QApplication) -> bytes:
    return report_pdf(report(), ReportSeal("s" * 88, "k" * 44, "陈一明"))


@pytest.fixture(scope="module")
def qapp_of_module() -> QApplication:
    made = QApplication.instance() or QApplication([])
    assert isinstance(made, QApplication)
    return made


@pytest.fixture(scope="module")
def signed(unsigned: bytes, expert: Issued) -> bytes:
    return put(unsigned, expert)


def put(pdf: bytes, who: Issued, *, tsa: str = "") -> bytes:
    file = CertificateFile(who.pkcs12())
    return sign_paper(pdf, file, PASSPHRASE, digest=DIGEST, place=PLACE, tsa=tsa)


def verdict(
    pdf: bytes, authority: Authority, *, digest: str = DIGEST, at: datetime | None = None
) -> PaperVerdict:
    return verify_paper(
        pdf, (authority.own.pem,), digest=digest, signed_at=at or datetime.now(UTC), expert="陈一明"
    )


def test_it_is_good_for_who_trusts_the_authority(signed: bytes, authority: Authority) -> None:
    seen = verdict(signed, authority)
    assert seen.good
    assert seen.signer is not None
    assert (seen.signer.subject, seen.signer.issuer) == ("陈一明", "卫生电子认证")
    assert seen.timestamp is None


def test_a_key_of_edwards_curve_signs_too(unsigned: bytes, authority: Authority) -> None:
    edwards = authority.expert(key=ed25519.Ed25519PrivateKey.generate())
    assert verdict(put(unsigned, edwards), authority).good


def test_an_authority_of_time_that_answers_rubbish_is_told(unsigned: bytes, expert: Issued) -> None:
    class Rubbish(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.send_header("content-type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(b"rubbish")

        def log_message(self, *_args: object) -> None:
            pass

    with served(Rubbish) as address, pytest.raises(CertificateUnusable) as told:
        put(unsigned, expert, tsa=address)
    assert told.value.trouble is Trouble.CERTIFICATE_NO_TIME


def test_it_stays_an_archive_file_and_keeps_what_was_drawn(signed: bytes, unsigned: bytes) -> None:
    assert signed.startswith(unsigned), "a signature is appended"
    with pikepdf.open(BytesIO(signed)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "1"


def test_another_authority_is_not_trusted(signed: bytes) -> None:
    seen = verdict(signed, Authority("somebody else"))
    assert seen.intact
    assert not seen.trusted


def test_a_site_without_authorities_trusts_nobody(signed: bytes) -> None:
    seen = verify_paper(signed, (), digest=DIGEST, signed_at=datetime.now(UTC), expert="陈一明")
    assert (seen.intact, seen.trusted) == (True, False)


def test_a_changed_byte_is_seen(signed: bytes, authority: Authority) -> None:
    place = signed.index(b"/Title")
    touched = signed[:place] + b"/Tytle" + signed[place + 6 :]
    assert not verdict(touched, authority).intact


def test_something_appended_after_the_signature_is_seen(
    signed: bytes, authority: Authority
) -> None:
    from pyhanko.pdf_utils.generic import pdf_name, pdf_string
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(BytesIO(signed))
    writer.root[pdf_name("/Lang")] = pdf_string("zh")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    assert not verdict(out.getvalue(), authority).intact


def test_a_paper_of_another_report_is_seen(signed: bytes, authority: Authority) -> None:
    """Two genuine papers of one expert cannot be exchanged."""
    other = report(number="CONS-20261121-0008").digest()
    seen = verdict(signed, authority, digest=other)
    assert (seen.intact, seen.of_report, seen.good) == (True, False, False)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4", b"\0" * 5000], ids=["empty", "cut", "noise"])
def test_what_is_no_paper_is_no_good(data: bytes, authority: Authority) -> None:
    assert not verdict(data, authority).intact


def test_an_unsigned_paper_is_no_good(unsigned: bytes, authority: Authority) -> None:
    assert not verdict(unsigned, authority).intact


def test_an_authority_of_time_says_when(
    unsigned: bytes, expert: Issued, authority: Authority
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    with time_told(authority.clock()) as address:
        stamped = put(unsigned, expert, tsa=address)
    seen = verdict(stamped, authority, at=before)
    assert seen.good
    assert seen.timestamp is not None
    assert seen.timestamp >= before


def test_without_its_time_nothing_is_signed(unsigned: bytes, expert: Issued) -> None:
    with pytest.raises(CertificateUnusable) as unusable:
        put(unsigned, expert, tsa="http://127.0.0.1:9/")
    assert unusable.value.trouble is Trouble.CERTIFICATE_NO_TIME


def test_a_certificate_that_expired_afterwards_was_valid_then(
    unsigned: bytes, authority: Authority
) -> None:
    brief = authority.expert(valid=timedelta(days=2))
    later = datetime.now(UTC) + timedelta(days=30)
    paper = put(unsigned, brief)
    assert verdict(paper, authority).trusted
    assert not verdict(paper, authority, at=later).trusted


def test_an_expired_certificate_signs_nothing(unsigned: bytes, authority: Authority) -> None:
    gone = authority.expert(begin=timedelta(days=-30), valid=timedelta(days=10))
    with pytest.raises(CertificateUnusable) as unusable:
        put(unsigned, gone)
    assert unusable.value.trouble is Trouble.CERTIFICATE_NOT_VALID


@pytest.mark.parametrize(
    ("data", "secret", "trouble"),
    [
        (None, "wrong", Trouble.CERTIFICATE_WRONG_SECRET),
        (b"no certificate", PASSPHRASE, Trouble.CERTIFICATE_NOT_READABLE),
    ],
    ids=["passphrase", "file"],
)
def test_a_certificate_that_does_not_open_says_why(
    expert: Issued, data: bytes | None, secret: str, trouble: Trouble
) -> None:
    with pytest.raises(CertificateUnusable) as unusable:
        words_of(CertificateFile(data or expert.pkcs12()), secret)
    assert unusable.value.trouble is trouble


@pytest.mark.parametrize(
    ("usage", "trusted"),
    [
        (ExtendedKeyUsageOID.SERVER_AUTH, False),
        (ExtendedKeyUsageOID.TIME_STAMPING, False),
        (ExtendedKeyUsageOID.CLIENT_AUTH, True),
        (None, True),
    ],
    ids=["a web server's", "a clock's", "a person's", "for everything"],
)
def test_only_a_certificate_for_signing_is_trusted(
    unsigned: bytes, authority: Authority, usage: x509.ObjectIdentifier | None, trusted: bool
) -> None:
    seen = verdict(put(unsigned, authority.expert(usage=usage)), authority)
    assert (seen.genuine, seen.trusted) == (True, trusted)


@pytest.mark.parametrize(
    ("subject", "theirs"),
    [
        ("陈一明", True),
        ("陈一明 330106", True),
        ("CHEN YIMING", True),
        ("陈一明主任", True),
        ("王秀英", False),
        ("陈一明明", False),
        ("", False),
    ],
)
def test_another_persons_certificate_is_not_the_experts(subject: str, theirs: bool) -> None:
    assert names(subject, "陈一明") is theirs


def test_a_colleagues_certificate_is_doubtful(unsigned: bytes, authority: Authority) -> None:
    seen = verdict(put(unsigned, authority.expert("王秀英")), authority)
    assert seen.trusted
    assert not seen.good


def test_a_signed_file_says_of_itself_what_it_said_before(signed: bytes) -> None:
    """ISO 19005-1, 6.7.3: the document information and its copy in XMP agree; 6.9: the field has
    an appearance; 6.5.3: it is printed and not hidden."""
    with pikepdf.open(BytesIO(signed)) as pdf:
        with pdf.open_metadata() as told:
            assert told["pdf:Producer"] == str(pdf.docinfo["/Producer"])
            assert told["xmp:CreatorTool"] == str(pdf.docinfo["/Creator"])
            assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("1", "B")
        (field,) = pdf.Root.AcroForm.Fields
        assert "/N" in field.AP
        assert int(field.F) & 0b110 == 0b100
