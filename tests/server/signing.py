"""Writing and signing a report as a client does."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from protocol import paths
from protocol.approval import approval_bytes, opinion_digest
from protocol.consultation import Consultation
from protocol.late_images import reported_studies
from protocol.report import OpinionDraft, Report
from tests.server.people import PASSWORD, Someone

OPINION = {
    "findings": "右下叶实性结节",
    "impression": "考虑良性",
    "recommendation": "三个月复查",
    "diagnosis_codes": ["R91"],
    "learning_flags": [],
    "recommend_for_library": False,
}


def approve(
    reviewer: Someone, case_id: str, key: Ed25519PrivateKey | None = None, **seal: str
) -> httpx.Response:
    """The words that the reviewer has read; signed, where they have a key."""
    draft = OpinionDraft.model_validate_json(
        reviewer.http.get(paths.OPINION.format(consultation_id=case_id)).content
    )
    words = opinion_digest(draft.opinion)
    if key is None:
        return reviewer.act(case_id, "approve", approved=words)
    said = approval_bytes(UUID(case_id), reviewer.id, words)
    made = {
        "signature": b64encode(key.sign(said)).decode(),
        "public_key": public_text(key),
        "ticket": ticket_of(reviewer),
    }
    return reviewer.act(case_id, "approve", approved=words, seal={**made, **seal})


def ticket_of(expert: Someone) -> str:
    answer = expert.send("POST", paths.REAUTHENTICATE, {"password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["ticket"])


def public_text(key: Ed25519PrivateKey) -> str:
    return b64encode(key.public_key().public_bytes_raw()).decode()


def signing_key(expert: Someone) -> Ed25519PrivateKey:
    """A fresh key, registered for the expert."""
    key = Ed25519PrivateKey.generate()
    body = {"public_key": public_text(key), "ticket": ticket_of(expert)}
    answer = expert.send("POST", paths.SIGNING_KEYS, body)
    assert answer.status_code == 200, answer.text
    return key


def report_of(expert: Someone, case_id: str, **changes: Any) -> Report:
    """The report of the saved opinion, as the case says it must be."""
    place = {"consultation_id": case_id}
    view = Consultation.model_validate_json(
        expert.http.get(paths.CONSULTATION.format(**place)).content
    )
    draft = OpinionDraft.model_validate_json(expert.http.get(paths.OPINION.format(**place)).content)
    return report_about(expert, view, draft, **changes)


def report_about(
    expert: Someone, view: Consultation, draft: OpinionDraft, **changes: Any
) -> Report:
    """The same for who has read case and opinion."""
    patient, account = view.content.patient, expert.tokens.account
    assert patient is not None
    assert view.content.mode is not None
    assert account.expert is not None
    report = Report(
        consultation_id=view.summary.id,
        number=view.summary.number,
        version=1,
        mode=view.content.mode,
        patient_name=patient.name,
        patient_sex=patient.sex_code,
        patient_birth_date=patient.born,
        requester_name=view.summary.requester.display_name,
        requester_institution=view.summary.requester.institution_name or "",
        expert_id=account.id,
        expert_name=account.display_name,
        expert_title=account.expert.title.value,
        expert_institution=account.institution_name or "",
        study_instance_uids=reported_studies(view.content, view.studies),
        question=view.content.question,
        opinion=draft.opinion,
        signed_at=datetime.now(UTC),
    )
    return report.model_copy(update=changes)


def signed(
    expert: Someone, case_id: str, report: Report, key: Ed25519PrivateKey, **changes: Any
) -> httpx.Response:
    """Posts the report, signed with the key."""
    body = {
        **expert.claim[case_id],
        "ticket": ticket_of(expert),
        "report": report.model_dump(mode="json"),
        "signature": b64encode(key.sign(report.canonical_bytes())).decode(),
        "public_key": public_text(key),
        **changes,
    }
    return expert.send("POST", paths.REPORT, body, consultation_id=case_id)
