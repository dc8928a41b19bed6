"""Earlier studies of the patient and reports on them, for whoever takes the case."""

from uuid import UUID

from protocol.attached_study import AttachedStudy
from protocol.consultation import Action, Patient
from protocol.earlier_report import EarlierReport
from protocol.report import SignedReport
from server.domain.attempt import Attempt
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.errors import NotFound
from server.domain.people import Who
from server.domain.priors import is_prior, is_prior_report, stays_prior
from server.domain.transitions import HELD
from server.store.work import Work

MOST_REPORTS = 8
"""The newest: who writes compares with the last ones."""
OPENED_AT_ONCE = 20


async def find_priors(work: Work, before: Case, case: Case, attempt: Attempt) -> Case:
    """Follows a claim, and a case that comes back with other words: notes which earlier studies
    and reports its holder may read through this case."""
    holder = case.holder_id
    taken = attempt.action is Action.CLAIM and holder != before.holder_id
    if holder is None or not (taken or attempt.action is Action.RESUBMIT):
        return case
    mine = await work.images.attached(case.id)
    ids = {one.patient_id for one in mine if one.patient_id}
    await _find_studies(work, case, holder, mine, ids)
    await _find_reports(work, case, holder, ids)
    return case


async def forget_priors(work: Work, before: Case, case: Case) -> None:
    """Of another patient than the one they were found for; they are looked for again when the case
    comes back."""
    if case.content.patient != before.content.patient:
        await work.priors.replace(case.id, {})
        await work.priors.replace_reports(case.id, ())


async def _find_studies(
    work: Work, case: Case, holder: UUID, mine: tuple[AttachedStudy, ...], ids: set[str]
) -> None:
    owners: dict[str, UUID] = {}
    own = {one.study_instance_uid for one in mine}
    for earlier in await work.priors.earlier_cases(case, ids, holder) if ids else ():
        for study in await work.images.attached(earlier):
            uid = study.study_instance_uid
            if uid not in own and uid not in owners and is_prior(case.content.patient, mine, study):
                owners[uid] = earlier
    await work.priors.replace(case.id, owners)
    for uid in owners:
        work.trail.note(
            holder,
            Access.CREATE,
            Resource.STUDY,
            uid,
            consultation_id=case.id,
            detail=f"may be read as an earlier study of {owners[uid]}",
        )


async def _find_reports(work: Work, case: Case, holder: UUID, ids: set[str]) -> None:
    patient = case.content.patient
    found: list[UUID] = []
    if patient is not None and patient.name:
        found = await _fitting(work, case, patient, ids, holder)
    await work.priors.replace_reports(case.id, found)
    for earlier in found:
        work.trail.note(
            holder,
            Access.CREATE,
            Resource.REPORT,
            earlier,
            consultation_id=case.id,
            detail="may be read as an earlier report",
        )


async def _fitting(
    work: Work, case: Case, patient: Patient, ids: set[str], holder: UUID
) -> list[UUID]:
    """The cases whose reports are on the patient beyond doubt; a few are opened at a time."""
    known = ids | {patient.patient_id} - {""}
    cases = await work.priors.reported_cases(case, patient.name, known, holder)
    found: list[UUID] = []
    for at in range(0, len(cases), OPENED_AT_ONCE):
        some = await work.archive.latest_reports(cases[at : at + OPENED_AT_ONCE])
        found += [
            one.report.consultation_id for one in some if is_prior_report(patient, one.report)
        ]
        if len(found) >= MOST_REPORTS:
            break
    return found[:MOST_REPORTS]


def _works_on(case: Case, who: Who) -> bool:
    return case.holder_id == who.id and case.phase in HELD


async def priors_of(work: Work, case: Case, who: Who) -> tuple[AttachedStudy, ...]:
    """The earlier studies that who holds the case may read, as long as they work on it."""
    if not _works_on(case, who):
        return ()
    owners = await work.priors.of(case.id)
    studies = {
        (earlier, study.study_instance_uid): study
        for earlier in sorted(set(owners.values()))
        for study in await work.images.attached(earlier)
    }
    found = (studies.get((earlier, uid)) for uid, earlier in owners.items())
    patient = case.content.patient
    return tuple(one for one in found if one is not None and stays_prior(patient, one))


async def earlier_reports_of(work: Work, case: Case, who: Who) -> tuple[EarlierReport, ...]:
    """The reports on the patient that who holds the case may read, as long as they work on it."""
    if not _works_on(case, who):
        return ()
    cases = await work.priors.reports_of(case.id, who.id)
    reports = [one.report for one in await work.archive.latest_reports(cases)]
    return tuple(
        EarlierReport.model_validate(one, from_attributes=True)
        for one in reports
        if is_prior_report(case.content.patient, one)
    )


async def earlier_report(work: Work, case: Case, who: Who, earlier_id: UUID) -> SignedReport:
    """One of them in its latest version. Raises `NotFound`."""
    open_to = await work.priors.reports_of(case.id, who.id) if _works_on(case, who) else ()
    found = await work.archive.report(earlier_id) if earlier_id in open_to else None
    if found is None or not is_prior_report(case.content.patient, found.report):
        raise NotFound("there is no such earlier report for you here")
    work.trail.note(
        who.id,
        Access.READ,
        Resource.REPORT,
        earlier_id,
        consultation_id=case.id,
        detail="as an earlier report of the patient",
    )
    return found
