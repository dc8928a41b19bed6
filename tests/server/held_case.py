"""A case that an expert holds, and the people around it, for rules without a server."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from protocol.account import Role
from protocol.base import new_id
from protocol.consultation import CaseContent, Phase
from server.domain.attempt import Proof
from server.domain.case import Case, Timings
from server.domain.consultation import hash_token
from server.domain.people import Who

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
TIMINGS = Timings()
PROOF = Proof("a claim token", 1)


def somebody(name: str, role: Role) -> Who:
    return Who(new_id(), name, name, frozenset((role,)), UUID(int=3))


CLINIC = somebody("乡医", Role.REQUESTER)
EXPERT = somebody("专家", Role.EXPERT)
DISPATCHER = somebody("调度", Role.DISPATCHER)


def held(phase: Phase, **more: Any) -> Case:
    """The expert holds it with `PROOF`; `more` are fields of the case."""
    return Case(
        id=UUID(int=1),
        number="CONS-20260105-0001",
        version=1,
        phase=phase,
        content=CaseContent(),
        requester_id=CLINIC.id,
        institution_id=UUID(int=3),
        created_at=NOW,
        updated_at=NOW,
        holder_id=EXPERT.id,
        claim_hash=hash_token(PROOF.claim_token),
        fence=PROOF.fence,
        **more,
    )
