"""A case and its row: which column says what."""

from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import orjson

from protocol.appointment import Appointment
from protocol.base import Answer
from protocol.consultation import CaseContent, Decision, Phase
from protocol.finding import CriticalFinding
from protocol.mdt import Mdt
from protocol.second_opinion import SecondOpinion
from server.domain.case import Case, FirstOpinion
from server.domain.finding import open_finding
from server.store.emergencies import still_open
from server.store.errors import RowDamaged
from server.store.tables import ConsultationRow

_Body = TypeVar("_Body", bound=Answer)


def columns_of(case: Case) -> dict[str, Any]:
    """A case as its row has it, but for what is searched; nothing is sealed yet."""
    content, waiting = case.content, open_finding(case)
    return {
        "number": case.number,
        "version": case.version,
        "phase": case.phase.value,
        "status": case.status.value,
        "content": content.model_dump_json(),
        "urgency": "" if content.urgency is None else content.urgency.value,
        "requester_id": case.requester_id,
        "institution_id": case.institution_id,
        "created_at": case.created_at,
        "updated_at": case.updated_at,
        "holder_id": case.holder_id,
        "holder_institution_id": case.holder_institution_id,
        "claim_hash": case.claim_hash,
        "claimed_at": case.claimed_at,
        "fence": case.fence,
        "lease_until": case.lease_until,
        "submitted_at": case.submitted_at,
        "accept_by": case.accept_by,
        "start_by": case.start_by,
        "report_by": case.report_by,
        "paused_since": case.paused_since,
        "scheduled_for": case.scheduled_for,
        "active_at": case.active_at,
        "declined": _joined(case.declined),
        **_asked_columns(case),
        "abort_requested": case.abort_requested,
        "decision": None if case.decision is None else case.decision.value,
        "decision_note": case.decision_note,
        "report_version": case.report_version,
        "escalated": case.escalated,
        "images_waived": case.images_waived,
        "finding": None if case.finding is None else case.finding.model_dump_json(),
        "finding_due": None if waiting is None else waiting.due_at,
        "appointment": None if case.appointment is None else case.appointment.model_dump_json(),
        **_opinion_columns(case),
    }


def _asked_columns(case: Case) -> dict[str, Any]:
    """What the clinic was asked for, or has answered."""
    return {"checklist": orjson.dumps(case.checklist).decode(), "unanswered": case.unanswered}


def _opinion_columns(case: Case) -> dict[str, Any]:
    """How a case and those behind it know of each other."""
    first = case.first
    return {
        "second_of": None if first is None else first.case_id,
        "first_expert_id": None if first is None else first.expert_id,
        "first_institution_id": None if first is None else first.institution_id,
        "second": None if case.second is None else case.second.model_dump_json(),
        "mdt": None if case.mdt is None else case.mdt.model_dump_json(),
        "mdt_of": case.mdt_of,
        "kept_from": _joined(case.kept_from),
        "houses": _joined(case.houses),
        "shown_to": _joined(case.shown_to),
    }


def case_of(row: ConsultationRow, now: datetime) -> Case:
    """An opened row as the rules know it. Raises `RowDamaged` for what no case can be."""
    try:
        return _read_case(row, now)
    except ValueError:
        raise RowDamaged(f"consultation {row.id} cannot be read") from None


def _read_case(row: ConsultationRow, now: datetime) -> Case:
    return Case(
        id=row.id,
        number=row.number,
        version=row.version,
        phase=Phase(row.phase),
        content=CaseContent.model_validate_json(row.content),
        requester_id=row.requester_id,
        institution_id=row.institution_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        holder_id=row.holder_id,
        holder_institution_id=row.holder_institution_id,
        claim_hash=row.claim_hash,
        claimed_at=row.claimed_at,
        fence=row.fence,
        lease_until=row.lease_until,
        submitted_at=row.submitted_at,
        accept_by=row.accept_by,
        start_by=row.start_by,
        report_by=row.report_by,
        paused_since=row.paused_since,
        scheduled_for=row.scheduled_for,
        active_at=row.active_at,
        declined=_ids(row.declined),
        checklist=tuple(orjson.loads(row.checklist)),
        unanswered=row.unanswered,
        abort_requested=row.abort_requested,
        decision=None if row.decision is None else Decision(row.decision),
        decision_note=row.decision_note,
        report_version=row.report_version,
        escalated=row.escalated,
        images_waived=row.images_waived,
        finding=_read(CriticalFinding, row.finding),
        appointment=_read(Appointment, row.appointment),
        opened_until=still_open(row.opened_until, now),
        **_opinions_of(row),
    )


def _opinions_of(row: ConsultationRow) -> dict[str, Any]:
    return {
        "first": _first_of(row),
        "second": _read(SecondOpinion, row.second),
        "mdt": _read(Mdt, row.mdt),
        "mdt_of": row.mdt_of,
        "kept_from": _ids(row.kept_from),
        "houses": _ids(row.houses),
        "shown_to": _ids(row.shown_to),
    }


def _joined(ids: frozenset[UUID]) -> str:
    return ",".join(sorted(str(one) for one in ids))


def _ids(text: str | None) -> frozenset[UUID]:
    return frozenset(UUID(part) for part in (text or "").split(",") if part)


def _read(kind: type[_Body], text: str | None) -> _Body | None:
    return None if text is None else kind.model_validate_json(text)


def _first_of(row: ConsultationRow) -> FirstOpinion | None:
    if row.second_of is None or row.first_expert_id is None:
        return None
    return FirstOpinion(row.second_of, row.first_expert_id, row.first_institution_id)
