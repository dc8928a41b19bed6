"""Reads reports to be compared, and verifies each: of a case and its second opinion, of an MDT, or
of an earlier case of the patient."""

import asyncio
from uuid import UUID

from app.net.api import Api
from app.services.facts import Facts
from app.services.signing import signature_fits
from app.session.comparison import (
    ComparedReport,
    ComparisonAsked,
    ComparisonFailed,
    ComparisonRead,
)
from protocol.consultation import ConsultationSummary

Asked = tuple[UUID, str]
"""A case, and the department whose opinion it is in an MDT."""


async def compare(facts: Facts, api: Api, id_: UUID) -> None:
    """Of the open case. Raises what the server says; the screen knows that it failed."""
    case = facts.state.case
    if case is None or case.id != id_:
        return
    row = case.consultation.summary
    facts.apply(ComparisonAsked(id_))
    try:
        asked = _pair_of(row) or await _opinions_of(api, row)
        reports = await asyncio.gather(*(_read(api, one, department) for one, department in asked))
    except Exception:
        facts.apply(ComparisonFailed(id_))
        raise
    facts.apply(ComparisonRead(id_, tuple(reports)))


async def compare_earlier(facts: Facts, api: Api, id_: UUID, earlier_id: UUID) -> None:
    """A report of an earlier case of the patient beside the draft of the open case. Raises what the
    server says; the screen knows that it failed."""
    if facts.state.case is None or facts.state.case.id != id_:
        return
    facts.apply(ComparisonAsked(id_, with_draft=True))
    try:
        signed = await api.earlier_report(id_, earlier_id)
    except Exception:
        facts.apply(ComparisonFailed(id_))
        raise
    read = ComparedReport(signed, signature_fits(signed))
    facts.apply(ComparisonRead(id_, (read,)))


def _pair_of(row: ConsultationSummary) -> tuple[Asked, ...]:
    """The case of the first opinion and that of the second; none where there are not two."""
    if row.second_of is not None:
        return (row.second_of, ""), (row.id, "")
    return () if row.second is None else ((row.id, ""), (row.second.consultation_id, ""))


async def _opinions_of(api: Api, row: ConsultationSummary) -> tuple[Asked, ...]:
    if row.mdt_of is not None:
        row = (await api.consultation(row.mdt_of)).summary
    given = () if row.mdt is None else row.mdt.signed
    return tuple((one.consultation_id, one.department) for one in given)


async def _read(api: Api, id_: UUID, department: str) -> ComparedReport:
    signed = await api.report(id_)
    return ComparedReport(signed, signature_fits(signed), department)
