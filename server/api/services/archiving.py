"""Studies that lie in the hospital's archive: found there, known here, attached to a draft."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from uuid import UUID

from protocol.imaging import DeclaredInstance, FailureReason, StudyManifest, StudyProgress
from server.api.dicomweb.taking import Taking
from server.api.services.studies import Studies
from server.domain.errors import NotFound, invalid_field
from server.domain.people import Who
from server.store.errors import ObjectMissing
from server.store.pacs import PacsObjects, Place


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a study: how many images the archive named and how many are known now.

    `reasons` are FailureReasons of the others, once each. `progress` is what the case says.
    """

    found: int
    known: int
    reasons: tuple[int, ...] = ()
    progress: StudyProgress | None = None


class Archiving:
    """Reads every image of a study once, to know its SHA-256 and header, and keeps a pointer."""

    def __init__(self, objects: PacsObjects, storing: Taking, studies: Studies) -> None:
        self._objects, self._storing, self._studies = objects, storing, studies

    async def take(self, who: Who, study_uid: str, case_id: UUID | None) -> Taken:
        """As if `who` had sent the study; with a case it is declared there, if all of it came.

        Raises `NotFound`, `StoreError`s and what declaring a study raises.
        """
        places = await asyncio.to_thread(self._objects.pacs.instances, study_uid)
        if not places:
            raise NotFound("the hospital's archive has no such study")
        declared: list[DeclaredInstance] = []
        reasons: set[int] = set()
        for place in places:
            failure, one = await self._one(who, place)
            if one is None:
                reasons.add(failure)
            else:
                declared.append(one)
        progress = None
        if case_id is not None:
            if reasons:
                raise invalid_field(
                    f"the archive named {len(places)} images and {len(declared)} could be taken: "
                    "nothing was attached",
                    "study",
                )
            manifest = StudyManifest(study_instance_uid=study_uid, instances=tuple(declared))
            progress = await self._studies.declare(who, case_id, study_uid, manifest)
        return Taken(len(places), len(declared), tuple(sorted(reasons)), progress)

    async def _one(self, who: Who, place: Place) -> tuple[int, DeclaredInstance | None]:
        """The failure, or what a case would declare of it."""
        incoming, hashed = self._storing.incoming(who, 0), hashlib.sha256()
        try:
            async for piece in _pieces(self._objects.pacs.read(place)):
                hashed.update(piece)
                await self._storing.take(incoming, piece)
        except ObjectMissing:
            await self._storing.drop(incoming)
            return FailureReason.PROCESSING_FAILURE, None
        except BaseException:
            await self._storing.drop(incoming)
            raise
        sha256 = hashed.hexdigest()
        was_here = await asyncio.to_thread(self._objects.holds, sha256)
        outcome = await self._storing.store_one(who, incoming, place.study_uid, sha256)
        if outcome.failure is not None or outcome.header is None:
            return outcome.failure or FailureReason.NOT_DICOM, None
        if not was_here:  # what a clinic has sent stays, whatever the archive does
            await asyncio.to_thread(self._objects.point, sha256, place)
        return 0, DeclaredInstance(
            sop_instance_uid=outcome.header.sop_uid,
            series_instance_uid=outcome.header.series_uid,
            sha256=sha256,
            size=incoming.size,
        )


async def _pieces(source: Iterator[bytes]) -> AsyncIterator[bytes]:
    while (piece := await asyncio.to_thread(next, source, None)) is not None:
        yield piece
