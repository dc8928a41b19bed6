"""A report of ten pages: laid out as PDF/A, signed by certificate, verified again."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from statistics import median

import pypdfium2
from PySide6.QtWidgets import QApplication

from app.models.diagnosis import shipped
from app.services.paper_signature import CertificateFile, sign_paper, verify_paper
from app.views.report_print import report_pdf
from protocol.report import Report, ReportSeal
from tests.bench import chart
from tests.bench.errors import BenchFailed
from tests.bench.measure import Bound, Goal, Measure
from tests.fakes.authority import PASSPHRASE, Authority
from tests.fakes.examples import opinion
from tests.fakes.reports import report

PAGES = 10
LINES = 400
ROUNDS = 7
SEAL = ReportSeal("s" * 88, "k" * 44, "陈一明")


def run() -> Iterator[Measure]:
    QApplication.instance() or QApplication([])
    authority = Authority("卫生电子认证")
    file = CertificateFile(authority.expert().pkcs12())
    text = _ten_pages()
    laid, signed, seen = [], [], []
    for _ in range(ROUNDS + 1):
        begun = time.perf_counter()
        plain = report_pdf(text, SEAL)
        laid.append(time.perf_counter() - begun)
        pdf = sign_paper(plain, file, PASSPHRASE, digest=text.digest(), place="市第一医院")
        signed.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        verdict = verify_paper(
            pdf, (authority.own.pem,), digest=text.digest(), signed_at=datetime.now(UTC)
        )
        seen.append(time.perf_counter() - begun)
        if not verdict.good:
            raise BenchFailed("the signature that was made does not verify")
    kibibytes = len(pdf) / 1024
    yield Measure(
        name=f"record: a report of {PAGES} pages laid out and signed by certificate, median",
        value=median(signed[1:]),
        unit="s",
        beside="laying it out alone",
        beside_value=median(laid[1:]),
        goal=Goal(Bound.AT_MOST, 2),
        note=f"{kibibytes:.0f} KiB, without pictures",
    )
    yield Measure(name="record: verifying that file, median", value=median(seen[1:]), unit="s")
    found = [_seconds_of_search(typed) * 1000 for typed in ("R91", "fsxg", "fracture", "积液")]
    yield Measure(
        name="record: finding diagnoses while typing, the slowest of four words",
        value=max(found),
        unit="ms",
        goal=Goal(Bound.AT_MOST, 16.7),
    )

    yield from chart.run()


def _ten_pages() -> Report:
    for lines in range(60, LINES):
        words = "\n".join(f"{n} 双肺纹理清晰，未见实变影，余未见异常。" for n in range(lines))
        text = report(opinion=opinion(findings=words))
        document = _opened(report_pdf(text, SEAL)) if lines % 20 == 0 else None
        if document is not None and len(document) == PAGES:
            return text
    raise BenchFailed(f"no report of {PAGES} pages could be made")


def _seconds_of_search(typed: str) -> float:
    shipped()
    begun = time.perf_counter()
    shipped().search(typed)
    return time.perf_counter() - begun


def _opened(pdf: bytes) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]  # the library has no types
