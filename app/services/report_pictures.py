"""Pictures of the viewer that go into a report: sent, and fetched where a report shows them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.net.errors import NetError, Refused
from app.net.report_pictures import ReportPictureApi
from app.services.expert import ExpertService
from app.services.facts import Facts
from app.services.tasks import Tasks
from app.session.report_pictures import PictureCame, TakingPicture
from app.session.state import State
from protocol.errors import ErrorCode
from protocol.report import MOST_PICTURES, Opinion, Report, ReportPicture

GONE = (ErrorCode.NOT_FOUND, ErrorCode.SERVER_ERROR)
"""What the server says of bytes that it does not have, or cannot open, any more."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was seen in the viewer: PNG, and of which image; `frame` from 1."""

    png: bytes = field(repr=False)
    study_instance_uid: str
    sop_instance_uid: str
    frame: int


class ReportPictureService:
    def __init__(
        self, facts: Facts, api: ReportPictureApi, expert: ExpertService, tasks: Tasks
    ) -> None:
        self._facts = facts
        self._api = api
        self._expert = expert
        self._tasks = tasks
        self._asked: tuple[UUID | None, frozenset[str]] = (None, frozenset())

    def room_for(self, opinion: Opinion) -> bool:
        return len(opinion.pictures) < MOST_PICTURES

    async def add(self, case_id: UUID, taken: Taken) -> None:
        """Sends a picture, then puts it below the others in the report of this case; what the
        report shows already is not sent again."""
        case = self._facts.state.case
        sha256 = hashlib.sha256(taken.png).hexdigest()
        if case is None or case.id != case_id or _shows(case.opinion, sha256):
            return
        self._facts.apply(TakingPicture(on=True))
        try:
            await self._api.put(case_id, taken.png)
        finally:
            self._facts.apply(TakingPicture(on=False))
        case = self._facts.state.case
        if case is None or case.id != case_id or _shows(case.opinion, sha256):
            return
        if not self.room_for(case.opinion):
            return
        self._facts.apply(PictureCame(sha256, taken.png))
        picture = ReportPicture(
            sha256=sha256,
            study_instance_uid=taken.study_instance_uid,
            sop_instance_uid=taken.sop_instance_uid,
            frame=taken.frame,
        )
        pictures = (*case.opinion.pictures, picture)
        await self._expert.edit_opinion(
            case.opinion.model_copy(update={"pictures": pictures}), case_id
        )

    def follow(self, state: State) -> None:
        """What the open case's report shows is fetched, once each."""
        case = state.case
        if case is None:
            return
        shown = {one.sha256 for one in case.opinion.pictures}
        if case.report is not None and case.report.verified:
            shown |= {one.sha256 for one in case.report.signed.report.opinion.pictures}
        asked = self._asked[1] if self._asked[0] == case.id else frozenset()
        missing = shown - set(state.report_pictures.known) - asked
        self._asked = (case.id, asked | missing)
        for sha256 in missing:
            self._tasks.start(self._show(case.id, sha256))

    async def _show(self, case_id: UUID, sha256: str) -> None:
        try:
            png = await self._fetch(case_id, sha256)
        except NetError:
            if self._asked[0] == case_id:  # asked again with the next news of this case
                self._asked = (case_id, self._asked[1] - {sha256})
            return
        case = self._facts.state.case
        if case is not None and case.id == case_id:
            self._facts.apply(PictureCame(sha256, png))

    async def _fetch(self, case_id: UUID, sha256: str) -> bytes | None:
        """None where the server does not have these very bytes any more."""
        try:
            png = await self._api.get(case_id, sha256)
        except Refused as refused:
            if refused.code in GONE:
                return None
            raise
        return png if hashlib.sha256(png).hexdigest() == sha256 else None

    async def of(self, report: Report) -> Mapping[str, bytes | None]:
        """Of each picture of a report its bytes, None where they are lost.

        Raises `NetError` where the server cannot be asked for one that is not here.
        """
        found: dict[str, bytes | None] = {}
        for one in report.opinion.pictures:
            known = self._facts.state.report_pictures.known
            if known.get(one.sha256) is not None:
                found[one.sha256] = known[one.sha256]
            else:
                found[one.sha256] = await self._fetch(report.consultation_id, one.sha256)
        return found


def _shows(opinion: Opinion, sha256: str) -> bool:
    return any(one.sha256 == sha256 for one in opinion.pictures)
