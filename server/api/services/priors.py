"""Earlier studies of the patient, for whoever takes the case."""

from protocol.attached_study import AttachedStudy
from protocol.consultation import Action
from server.domain.attempt import Attempt
from server.domain.audit import Access, Resource
from server.domain.case import Case
from server.domain.people import Who
from server.domain.priors import is_prior
from server.domain.transitions import HELD
from server.store.work import Work


async def find_priors(work: Work, before: Case, case: Case, attempt: Attempt) -> Case:
    """Follows a claim: notes which earlier studies its holder may read through this case."""
    holder = case.holder_id
    if attempt.action is not Action.CLAIM or holder is None or holder == before.holder_id:
        return case
    mine = await work.images.attached(case.id)
    ids = {one.patient_id for one in mine if one.patient_id}
    found: dict[str, AttachedStudy] = {}
    owners = {}
    own = {one.study_instance_uid for one in mine}
    for earlier in await work.priors.earlier_cases(case, ids, holder) if ids else ():
        for study in await work.images.attached(earlier):
            uid = study.study_instance_uid
            if uid not in own and uid not in found and is_prior(case.content.patient, mine, study):
                found[uid], owners[uid] = study, earlier
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
    return case


async def priors_of(work: Work, case: Case, who: Who) -> tuple[AttachedStudy, ...]:
    """The earlier studies that who holds the case may read, as long as they work on it."""
    if case.holder_id != who.id or case.phase not in HELD:
        return ()
    owners = await work.priors.of(case.id)
    studies = {
        (earlier, study.study_instance_uid): study
        for earlier in sorted(set(owners.values()))
        for study in await work.images.attached(earlier)
    }
    found = (studies.get((earlier, uid)) for uid, earlier in owners.items())
    return tuple(one for one in found if one is not None and one.verified)
