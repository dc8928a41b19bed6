"""What must hold of the rows of any case, whatever people have done; and claims at one moment."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import httpx

from protocol import paths
from protocol.account import Role
from protocol.consultation import Action, Phase
from server.domain.transitions import HELD, LEASED, POOL, TABLE
from server.store.tables import ConsultationRow
from tests.server.in_process import InProcess
from tests.server.people import Someone

OF_POOL, OF_HELD, OF_LEASED = (
    frozenset(phase.value for phase in phases) for phases in (POOL, HELD, LEASED)
)


def holder_exactly_while_held(row: ConsultationRow) -> None:
    if row.phase in OF_POOL:
        assert row.holder_id is None, f"{row.phase} has an owner"
        assert row.claim_hash is None, f"{row.phase} has an orphan claim"
    if row.phase in OF_HELD:
        assert row.holder_id is not None, f"{row.phase} has no owner"
    assert (row.lease_until is not None) == (row.phase in OF_LEASED), "a lease without a holder"


def steps_of_the_table(row: ConsultationRow, events: Sequence[dict[str, Any]]) -> None:
    """`events` is the whole timeline, the first one first."""
    for before, event in pairwise(events):
        assert before["to_phase"] == event["from_phase"], "a step is missing"
        role = None if event["role"] is None else Role(event["role"])
        assert (Phase(event["from_phase"]), Action(event["action"]), role) in TABLE
    last = events[-1]["to_phase"] if events else Phase.EDITING.value
    assert last == row.phase


def claims_at_once(
    server: InProcess, case_id: str, people: Sequence[Someone]
) -> tuple[list[httpx.Response], tuple[Someone, dict[str, Any]] | None]:
    """All answers, and who has the case now with what they were told; they remember the claim."""
    path = paths.CLAIM.format(consultation_id=case_id)
    answers = server.at_once(*(one.http.build_request("POST", path) for one in people))
    won = [
        (one, answer.json())
        for one, answer in zip(people, answers, strict=True)
        if answer.status_code == 200
    ]
    assert len(won) <= 1, "a case was given to two"
    for one, body in won:
        one.claim[case_id] = {name: body[name] for name in ("claim_token", "fence")}
    return answers, won[0] if won else None
