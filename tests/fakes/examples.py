"""Invented people and cases; each builder makes one valid value and takes what should differ."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from protocol.account import Account, ExpertProfile, ExpertTitle, Role
from protocol.attached_study import AttachedStudy
from protocol.call import CallState, Participant, ParticipantKind
from protocol.chat import ChatMessage
from protocol.consultation import (
    STATUS_OF,
    CaseContent,
    Consent,
    ConsentForm,
    Consultation,
    ConsultationSummary,
    Member,
    Mode,
    Patient,
    Person,
    Phase,
    Sex,
    Urgency,
)
from protocol.notification import Notification, NotificationCode
from protocol.queue import Candidate, Offer
from protocol.report import Opinion
from protocol.waiting import WaitingPlace

NOW = datetime(2026, 11, 21, 6, 5, tzinfo=UTC)
NAMES = UUID("8d9a4a4e-9f4f-5c1e-8a53-6c1f0f6f3b10")


def named(name: str) -> UUID:
    """The same id for the same name in every test."""
    return uuid5(NAMES, name)


CASE = named("case a")
"""The id of `row()`, which most tests are about."""


def account(name: str = "林医生", *roles: Role, **more: Any) -> Account:
    given = roles or (Role.REQUESTER,)
    profile = None
    if Role.EXPERT in given:
        profile = ExpertProfile(title=ExpertTitle.CHIEF, departments=("放射科",), years=20)
    values: dict[str, Any] = {
        "id": named(name),
        "username": f"u{named(name).hex[:8]}",
        "display_name": name,
        "roles": given,
        "institution_id": named("青山卫生院"),
        "institution_name": "青山卫生院",
        "expert": profile,
    }
    return Account(**(values | more))


DOCTOR = account()
EXPERT = account("陈专家", Role.EXPERT, institution_name="市第一医院")


def person(who: Account = DOCTOR) -> Person:
    return Person(id=who.id, display_name=who.display_name, institution_name=who.institution_name)


def patient(**more: Any) -> Patient:
    values: dict[str, Any] = {
        "name": "何小溪",
        "patient_id": "QS-2026-0042",
        "sex": Sex.FEMALE,
        "birth_date": date(1958, 4, 2),
        "phone": "0571-0000042",
        "allergies": ("青霉素",),
    }
    return Patient(**(values | more))


def consent(**more: Any) -> Consent:
    values: dict[str, Any] = {
        "form": ConsentForm.WRITTEN,
        "given_by": "何小溪",
        "given_at": NOW,
        "library": True,
    }
    return Consent(**(values | more))


def content(**more: Any) -> CaseContent:
    """Complete to submit."""
    values: dict[str, Any] = {
        "patient": patient(),
        "reason": "咳嗽三周",
        "question": "结节性质及下一步处理？",
        "history": "高血压十年",
        "findings": "右下肺呼吸音低",
        "diagnosis_codes": ("R91",),
        "mode": Mode.ADVICE,
        "urgency": Urgency.URGENT,
        "department": "放射科",
        "consent": consent(),
    }
    return CaseContent(**(values | more))


def row(name: str = "a", phase: Phase = Phase.QUEUED, **more: Any) -> ConsultationSummary:
    """`updated_at` may be given as minutes after NOW."""
    minutes = more.pop("minutes", 0)
    values: dict[str, Any] = {
        "id": named(f"case {name}"),
        "number": f"CONS-20261121-{1 + named(name).int % 9999:04}",
        "version": 1,
        "mode": Mode.ADVICE,
        "urgency": Urgency.URGENT,
        "department": "放射科",
        "status": STATUS_OF[phase],
        "phase": phase,
        "patient_name": "何小溪",
        "patient_sex": Sex.FEMALE,
        "patient_birth_date": date(1958, 4, 2),
        "reason": "咳嗽三周",
        "requester": person(),
        "expert": None,
        "created_at": NOW - timedelta(hours=1),
        "submitted_at": None if phase in (Phase.EDITING, Phase.UPLOADING) else NOW,
        "accept_by": None,
        "updated_at": NOW + timedelta(minutes=minutes),
    }
    return ConsultationSummary(**(values | more))


def consultation(
    summary: ConsultationSummary | None = None, text: CaseContent | None = None, **more: Any
) -> Consultation:
    summary = summary or row(phase=Phase.EDITING)
    values: dict[str, Any] = {
        "summary": summary,
        "content": text if text is not None else content(),
        "studies": (),
        "members": (Member(person=summary.requester, role=Role.REQUESTER),),
        "missing": (),
        "allowed_actions": (),
    }
    return Consultation(**(values | more))


def study(uid: str = "1.2.3", **more: Any) -> AttachedStudy:
    values: dict[str, Any] = {
        "study_instance_uid": uid,
        "modalities": ("CT",),
        "description": "胸部CT",
        "declared": 24,
        "received": 24,
        "verified": True,
    }
    if not more.keys() & {"patient_name", "patient_id"}:
        values["patient_name"] = patient().name
    return AttachedStudy(**(values | more))


def offer(name: str = "a", **more: Any) -> Offer:
    values: dict[str, Any] = {
        "id": named(f"offer {name}"),
        "consultation": row(name, Phase.OFFERED),
        "rings_until": NOW + timedelta(seconds=60),
        "why": Candidate(expert_id=EXPERT.id, display_name="陈专家", score=None),
    }
    return Offer(**(values | more))


def message(text: str = "请看第 12 层", minutes: int = 0, case: str = "a") -> ChatMessage:
    return ChatMessage(
        id=named(f"message {text}"),
        consultation_id=named(f"case {case}"),
        author=person(),
        at=NOW + timedelta(minutes=minutes),
        text=text,
    )


def call(*people: str, case: str = "a") -> CallState:
    return CallState(
        call_id=named(f"call {case}"),
        consultation_id=named(f"case {case}"),
        started_at=NOW,
        participants=tuple(
            Participant(
                peer_id=named(f"peer {name}"),
                kind=ParticipantKind.EXPERT,
                display_name=name,
                account_id=named(name),
                joined_at=NOW,
            )
            for name in people
        ),
    )


def opinion(**more: Any) -> Opinion:
    values: dict[str, Any] = {
        "findings": "右肺下叶背段结节，约 9 mm。",
        "impression": "炎性肉芽肿可能大。",
        "recommendation": "三个月后复查薄层CT。",
    }
    return Opinion(**(values | more))


def place(name: str = "a", position: int = 2, of: int = 5, **more: Any) -> WaitingPlace:
    """Without anything more an expert is expected in 12 minutes."""
    values: dict[str, Any] = {"consultation_id": named(f"case {name}")}
    known = {"expected_at": NOW + timedelta(minutes=12)} if "unknown" not in more else {}
    return WaitingPlace(position=position, of=of, **(values | known | more))


def told(
    code: NotificationCode = NotificationCode.INFORMATION_WANTED, name: str = "a", **more: Any
) -> Notification:
    """Something the list of notifications has."""
    values: dict[str, Any] = {
        "id": named(f"told {code.value} {name}"),
        "at": NOW,
        "code": code,
        "consultation_id": named(f"case {name}"),
        "number": "CONS-20261121-0007",
        "urgency": Urgency.URGENT,
        "department": "放射科",
        "by": "陈专家",
        "opens": True,
    }
    return Notification(**(values | more))
