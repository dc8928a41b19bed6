"""Choosing the mode of a department: cases that wait follow it at once."""

from protocol.account import Role
from protocol.service_line import (
    ServiceLine,
    ServiceLines,
    ServiceLinesChanged,
    SetServiceLine,
)
from server.api.services.arrivals import Arrivals
from server.api.services.directory import EVERY, Directory
from server.api.socket.hub import Hub
from server.domain.audit import Access, Resource
from server.domain.errors import invalid_field
from server.domain.people import Who
from server.store.work import Store


class ServiceLineChoice:
    """What dispatchers and administrators choose, and everybody may know."""

    def __init__(self, store: Store, directory: Directory, arrivals: Arrivals, hub: Hub) -> None:
        self._store = store
        self._directory = directory
        self._arrivals = arrivals
        self._hub = hub

    async def all(self, who: Who) -> ServiceLines:
        """Every department that has experts or a mode of its own, as the asker may use it."""
        async with self._store.reading() as work:
            people, now = await self._directory.of(work), work.now
        named = {
            department
            for expert in people.with_role(Role.EXPERT)
            for department in (() if expert.expert is None else expert.expert.departments)
        }
        lines, house = people.lines, who.institution_id
        return ServiceLines(
            default=lines.default,
            lines=tuple(
                ServiceLine(
                    department=one,
                    mode=lines.mode_of(one),
                    chosen=one in lines.chosen,
                    agreed=house is None or people.agreed(house, one, now),
                )
                for one in sorted((named | set(lines.chosen) | set(lines.settings)) - {EVERY})
            ),
        )

    async def choose(self, who: Who, body: SetServiceLine) -> ServiceLines:
        who.needs(Role.DISPATCHER, Role.ADMIN)
        if body.department == EVERY:
            raise invalid_field(
                "the mode of all departments stands in the site's settings: name one department",
                "department",
            )
        async with self._store.writing() as work:
            await work.service_lines.choose(body.department, body.mode)
            mode = "as the settings say" if body.mode is None else body.mode.value
            work.trail.note(
                who.id,
                Access.UPDATE,
                Resource.SERVICE_LINE,
                body.department,
                detail=mode,
            )
        self._arrivals.reopened(body.department)
        self._hub.tell_everybody(ServiceLinesChanged())
        return await self.all(who)
