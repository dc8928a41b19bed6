"""What is told of a study before it is here: where images lie, a small picture of each series."""

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from app.net.dicomweb import FoundInstance
from app.net.errors import NetError
from app.transfer.fetched_study import FetchedStudy
from app.transfer.messages import Event
from app.transfer.place_messages import ThumbnailArrived
from app.transfer.places import BYTES_EACH, FEWEST, placed
from app.transfer.rates import Pace
from app.transfer.session import Server

log = logging.getLogger(__name__)
SLOW_S = 0.7
"""Who waits longer for a first large image is shown thumbnails of all large ones."""
THUMBNAIL, THUMBNAIL_BYTES = 104, 4096
"""Side of a thumbnail in pixels, and about what it weighs."""
LARGE_PIXELS = 1 << 20


class Early:
    """Asks for it beside the images of one study, once; what cannot be had is done without."""

    def __init__(
        self,
        study: FetchedStudy,
        connected: Callable[[], Awaitable[Server]],
        pace: Pace,
        emit: Callable[[Event], None],
    ) -> None:
        self._study, self._connected, self._pace, self._emit = study, connected, pace, emit
        self._heads = [one for one in study.heads() if one.rows]  # others are no pictures

    async def thumbnails(self, first: "asyncio.Task[bool]") -> None:
        """Something is seen soon of series of which nothing is here; but not of large images where
        one that came at once shows that the line is fast, for they are drawn slowly."""
        study = self._study
        await asyncio.wait({first}, timeout=SLOW_S)
        fast = any(one.sop_instance_uid in study.came and _is_large(one) for one in self._heads)
        for one in self._heads:
            if not _is_large(one):
                await asyncio.wait({first})
            if one.series_instance_uid not in study.begun and not (fast and _is_large(one)):
                await self._thumbnail(one)

    async def _thumbnail(self, one: FoundInstance) -> None:
        study, server = self._study, await self._connected()
        await self._pace.pass_(THUMBNAIL_BYTES)
        try:
            jpeg = await server.dicomweb.thumbnail(study.uid, one, THUMBNAIL, study.case)
        except NetError as error:
            log.info("no thumbnail: %s", error)
            return
        self._emit(
            ThumbnailArrived(
                study_instance_uid=study.uid,
                series_instance_uid=one.series_instance_uid,
                jpeg=base64.b64encode(jpeg).decode(),
            )
        )

    async def places(self, first: "asyncio.Task[bool]") -> None:
        """Where the images lie that are on their way, as soon as the first is here."""
        study = self._study
        await asyncio.wait({first})
        if len(study.left) < FEWEST:
            return
        server = await self._connected()
        await self._pace.pass_(BYTES_EACH * study.total)
        page = partial(server.dicomweb.places, study.uid, study.case)
        try:
            async for part in placed(study.uid, page, study.all):
                self._emit(part)
        except NetError as error:
            log.info("no places: %s", error)


def _is_large(one: FoundInstance) -> bool:
    return one.rows * one.columns >= LARGE_PIXELS
