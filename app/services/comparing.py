"""Reads the reports of both experts of a case and its second opinion, and verifies both."""

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


def pair_of(row: ConsultationSummary) -> tuple[UUID, UUID] | None:
    """The case of the first opinion and that of the second; None where there are not two."""
    if row.second_of is not None:
        return row.second_of, row.id
    return None if row.second is None else (row.id, row.second.consultation_id)


async def compare(facts: Facts, api: Api, id_: UUID) -> None:
    """Of the open case. Raises what the server says; the screen knows that it failed."""
    case = facts.state.case
    pair = None if case is None or case.id != id_ else pair_of(case.consultation.summary)
    if pair is None:
        return
    facts.apply(ComparisonAsked(id_))
    try:
        first, second = await asyncio.gather(*(_read(api, one) for one in pair))
    except BaseException:
        facts.apply(ComparisonFailed(id_))
        raise
    facts.apply(ComparisonRead(id_, first, second))


async def _read(api: Api, id_: UUID) -> ComparedReport:
    signed = await api.report(id_)
    return ComparedReport(signed, signature_fits(signed))
