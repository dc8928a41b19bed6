"""Reports that are really signed."""

from base64 import b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol.consultation import Mode
from protocol.report import Report, SignedReport
from tests.fakes.examples import DOCTOR, EXPERT, NOW, named, opinion, patient


def report(case: str = "a", **more: Any) -> Report:
    somebody = patient()
    values: dict[str, Any] = {
        "consultation_id": named(f"case {case}"),
        "number": "CONS-20261121-0007",
        "version": 1,
        "mode": Mode.ADVICE,
        "patient_name": somebody.name,
        "patient_sex": somebody.sex_code,
        "patient_birth_date": somebody.born,
        "requester_name": DOCTOR.display_name,
        "requester_institution": "青山卫生院",
        "expert_id": EXPERT.id,
        "expert_name": EXPERT.display_name,
        "expert_title": "chief_physician",
        "expert_institution": "市第一医院",
        "study_instance_uids": (),
        "question": "结节性质及下一步处理？",
        "opinion": opinion(),
        "signed_at": NOW,
    }
    return Report(**(values | more))


def signed(text: Report | None = None, key: Ed25519PrivateKey | None = None) -> SignedReport:
    text, key = text or report(), key or Ed25519PrivateKey.generate()
    return SignedReport(
        report=text,
        signature=b64encode(key.sign(text.canonical_bytes())).decode(),
        public_key=b64encode(key.public_key().public_bytes_raw()).decode(),
        key_id=named("key"),
    )


def tampered(honest: SignedReport) -> SignedReport:
    """The same signature over another impression."""
    false = honest.report.opinion.model_copy(update={"impression": "未见异常。"})
    text = honest.report.model_copy(update={"opinion": false})
    return honest.model_copy(update={"report": text})
