"""Which stored images an account may see, and finding them; every access is audited."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar
from uuid import UUID

from protocol.account import CLINICAL_ROLES, Role
from server.api.dicomweb.layouts import Layouts
from server.domain.audit import Access, Resource
from server.domain.errors import NotFound
from server.domain.people import Who
from server.domain.ports import Clock, ObjectStore
from server.store.catalogue import Found, Level, Search, first_instances, search
from server.store.finding import Owner, StoredInstance, Viewer, instances_of, owner_of
from server.store.together import Desk
from server.store.work import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """A study, one of its series, or one instance; `case_id` says through which case."""

    study_uid: str
    series_uid: str | None = None
    sop_uid: str | None = None
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A page of what was searched for; `examples` has the SHA-256 of an instance of each row."""

    found: Found
    examples: tuple[str | None, ...]


class ImageReading:
    """Finds images an account may see.

    A study of a case is visible to who asked for the case and to the expert who holds it; one of
    no case yet to the account that stored it; one of a case that was opened in an emergency for its
    time. To anybody else it does not exist.
    """

    def __init__(self, store: Store, objects: ObjectStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.objects = objects
        self.layouts = Layouts()

    async def search(self, who: Who, wanted: Search, within: Place | None) -> Seen:
        """Raises `NotFound` for a study the asker may not see. The search does not hold up those
        who write; what it showed is in the trail before it answers."""
        viewer = _viewer(who, within, self._clock)

        def look(desk: Desk) -> tuple[Seen, Owner | None]:
            owner, confined = None, wanted
            if within is not None:
                owner = owner_of(desk.connection, viewer, within.study_uid)
                if owner is None:
                    raise _no_such_image()
                confined = replace(wanted, within=(owner, within.study_uid, within.series_uid))
            found = search(desk.connection, viewer, confined, desk.rows)
            return Seen(found, _examples(desk, found, wanted.level)), owner

        seen, owner = await self._store.look(look)

        def note(desk: Desk) -> None:
            uids = dict.fromkeys(row["study_study_uid"] for row in seen.found.rows)
            if within is None:
                detail = " ".join(("search", *uids))
                desk.trail.note(who.id, Access.READ, Resource.STUDY, detail=detail)
            else:
                case_id = None if owner is None else owner.case_id
                target, resource = _audited(within)
                desk.trail.note(who.id, Access.READ, resource, target, consultation_id=case_id)

        await self._store.together(note)
        return seen

    async def instances(self, who: Who, place: Place) -> list[StoredInstance]:
        """Raises `NotFound` when there is none the asker may see. The access is in the trail, and
        that on disk, before it answers."""
        return _seen(await self._store.together(self._looking(who, place)))

    async def opened(self, who: Who, place: Place, use: Callable[[list[StoredInstance]], T]) -> T:
        """What `use` makes of the same in a thread, where it may read stored bytes; raises also
        what it raises."""
        return await self._store.see(self._looking(who, place), lambda found: use(_seen(found)))

    def _looking(self, who: Who, place: Place) -> Callable[[Desk], list[StoredInstance]]:
        viewer = _viewer(who, place, self._clock)

        def look(desk: Desk) -> list[StoredInstance]:
            owner = owner_of(desk.connection, viewer, place.study_uid)
            if owner is None:
                return []
            target, resource = _audited(place)
            desk.trail.note(who.id, Access.READ, resource, target, consultation_id=owner.case_id)
            return instances_of(
                desk.connection, owner, place.study_uid, place.series_uid, place.sop_uid
            )

        return look


def _seen(found: list[StoredInstance]) -> list[StoredInstance]:
    if not found:
        raise _no_such_image()
    return found


def _examples(desk: Desk, found: Found, level: Level) -> tuple[str | None, ...]:
    if level is Level.INSTANCE:
        return tuple(row["instance_sha256"] for row in found.rows)
    return first_instances(desk.connection, found.rows, level)


def _viewer(who: Who, place: Place | None, clock: Clock) -> Viewer:
    case_id = None if place is None else place.case_id
    reviews_for = who.institution_id if Role.REVIEWER in who.roles else None
    treats = not who.roles.isdisjoint(CLINICAL_ROLES)
    return Viewer(who.id, _own(who), reviews_for, case_id, clock.now() if treats else None)


def _own(who: Who) -> UUID | None:
    return who.institution_id if Role.REQUESTER in who.roles else None


def _audited(place: Place) -> tuple[str, Resource]:
    resource = Resource.STUDY if place.sop_uid is None else Resource.INSTANCE
    return place.sop_uid or place.series_uid or place.study_uid, resource


def _no_such_image() -> NotFound:
    return NotFound("there is no such study, series or instance that you may see")
