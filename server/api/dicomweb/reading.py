"""Which stored images an account may see, and finding them; every access is audited."""

from dataclasses import dataclass
from uuid import UUID

from protocol.account import Role
from server.domain.audit import Access, Resource
from server.domain.errors import NotFound
from server.domain.people import Who
from server.domain.ports import ObjectStore
from server.store.catalogue import FoundSeries, FoundStudy, StudyQuery, Visible
from server.store.finding import StoredInstance, Viewer, instances_of, owner_of
from server.store.together import Desk
from server.store.work import Store, Work


@dataclass(frozen=True, slots=True)
class Place:
    """A study, one of its series, or one instance."""

    study_uid: str
    series_uid: str | None = None
    sop_uid: str | None = None


class ImageReading:
    """Finds images an account may see.

    A study of a case is visible to who asked for the case and to the expert who holds it; one of
    no case yet to the account that stored it. To anybody else it does not exist.
    """

    def __init__(self, store: Store, objects: ObjectStore) -> None:
        self._store = store
        self.objects = objects

    async def _visible(self, work: Work, who: Who) -> Visible:
        reviews = Role.REVIEWER in who.roles
        return Visible(who.id, _own(who), await work.catalogue.cases_of(who.id, reviews=reviews))

    async def studies(self, who: Who, query: StudyQuery) -> list[FoundStudy]:
        async with self._store.writing() as work:
            found = await work.catalogue.studies(await self._visible(work, who), query)
            uids = " ".join(one.row.study_uid for one in found)
            work.trail.note(who.id, Access.READ, Resource.STUDY, detail=f"search {uids}".strip())
            return found

    async def series(self, who: Who, study_uid: str) -> list[FoundSeries]:
        async with self._store.writing() as work:
            owner = await self._owner(work, who, Place(study_uid))
            return await work.catalogue.series(owner, study_uid)

    async def instances(self, who: Who, place: Place) -> list[StoredInstance]:
        """Raises `NotFound` when there is none the asker may see. The access is in the trail, and
        that on disk, before it answers."""
        viewer = Viewer(who.id, _own(who), Role.REVIEWER in who.roles)

        def look(desk: Desk) -> list[StoredInstance]:
            owner = owner_of(desk.connection, viewer, place.study_uid)
            if owner is None:
                return []
            target, resource = _audited(place)
            desk.trail.note(who.id, Access.READ, resource, target, consultation_id=owner.case_id)
            return instances_of(
                desk.connection, owner, place.study_uid, place.series_uid, place.sop_uid
            )

        found = await self._store.together(look)
        if not found:
            raise _no_such_image()
        return found

    async def _owner(self, work: Work, who: Who, place: Place) -> UUID:
        owner = await work.catalogue.owner(await self._visible(work, who), place.study_uid)
        if owner is None:
            raise _no_such_image()
        institution_id, case_id = owner
        target, resource = _audited(place)
        work.trail.note(who.id, Access.READ, resource, target, consultation_id=case_id)
        return institution_id


def _own(who: Who) -> UUID | None:
    return who.institution_id if Role.REQUESTER in who.roles else None


def _audited(place: Place) -> tuple[str, Resource]:
    resource = Resource.STUDY if place.sop_uid is None else Resource.INSTANCE
    return place.sop_uid or place.series_uid or place.study_uid, resource


def _no_such_image() -> NotFound:
    return NotFound("there is no such study, series or instance that you may see")
