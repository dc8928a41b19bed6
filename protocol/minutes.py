"""What the minutes of an MDT say of it: the same at the chair's desk and at the server."""

from collections.abc import Mapping
from uuid import UUID

from protocol.mdt import Absence, Contribution, Mdt, MdtOpinion, Minutes
from protocol.report import Report


def minutes_of(mdt: Mdt, reports: Mapping[UUID, Report]) -> Minutes | None:
    """The minutes on these reports, by their cases; None while the opinions are not open.

    Raises `KeyError` when a signed opinion is not among the reports.
    """
    opened = mdt.opened_at
    if opened is None:
        return None

    def given(one: MdtOpinion) -> Contribution:
        report = reports[one.consultation_id]
        return Contribution(
            consultation_id=one.consultation_id,
            number=report.number,
            department=one.department,
            expert_id=report.expert_id,
            expert_name=report.expert_name,
            expert_title=report.expert_title,
            expert_institution=report.expert_institution,
            version=report.version,
            signed_at=report.signed_at,
            impression=report.opinion.impression,
            late=one.signed_at is not None and one.signed_at > opened,
        )

    return Minutes(
        asked_at=mdt.asked_at,
        opened_at=opened,
        contributions=tuple(given(one) for one in mdt.signed),
        missing=tuple(
            Absence(department=one.department, expert_name=one.expert_name) for one in mdt.missing
        ),
        without=mdt.without,
    )
