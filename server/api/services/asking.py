"""What the store knows of somebody who asks for an action."""

from protocol.attached_study import AttachedStudy
from protocol.consultation import Action
from protocol.identity import doubt_key
from protocol.late_images import arriving_images, doubted_late
from protocol.shortfall import shortfall_mark
from server.api.services.meetings import sitting_in
from server.api.services.telling import Telling
from server.domain.attempt import Attempt
from server.domain.case import Case, missing_items
from server.domain.people import Who
from server.domain.queue import kept_for
from server.domain.service_line import free_to_take
from server.domain.transitions import GIVING
from server.store.work import Work


async def attempt_of(
    work: Work,
    telling: Telling,
    case: Case,
    who: Who,
    action: Action,
    studies: tuple[AttachedStudy, ...] | None = None,
) -> Attempt:
    """An action with the asker's relation to the case. Who is rung may take it only as long as
    nothing that nobody overlooks has come between: an agreement that ended, say."""
    people = await telling.directory.of(work)
    if studies is None:
        studies = await work.images.attached(case.id)
    rung = [one.expert_id for one in await work.cases.offers.of_case(case.id)]
    record = await work.shared_records.of_case(case.id)
    for_them = telling.may_claim(case, who, people, work.now)
    free = free_to_take(people.mode_of(case.content.department), case)
    kept = for_them and (bool(rung) if not free else kept_for(case, rung) not in (None, who.id))
    assigned = for_them and not free and not rung
    return Attempt(
        action,
        who,
        eligible=for_them and not (kept or assigned),
        offered=who.id in rung and telling.may_act(case, who, people, work.now),
        kept=kept,
        assigned=assigned,
        missing=missing_items(case.content, studies, record, today=work.now.date()),
        arriving=arriving_images(studies),
        doubted=doubted_late(case.content, studies),
        doubt=doubt_key(case.content, studies),
        sitting=await sitting_in(work, case),
        short=shortfall_mark(studies) if action in GIVING else "",
        holder_name=None if case.holder_id is None else people.person(case.holder_id).display_name,
    )
