"""One opened source: what it holds so far, and its pictures as they come."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import islice

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from app.imaging.awaiting import Awaiting
from app.imaging.cache import ByteCache
from app.imaging.dataset import open_object
from app.imaging.errors import ImagingError, Reason
from app.imaging.listed import Awaited
from app.imaging.loader import FrameDecoder, FrameLoader, InThread, Loaded
from app.imaging.order import Direction, Looked, Wanted
from app.imaging.picture import Picture, make_picture
from app.imaging.pipeline import render
from app.imaging.resample import fit
from app.imaging.series import BadFile, Instance, ObjectKind, Series, SliceRef, group
from app.imaging.source import StudySource
from app.viewers.dicom.batches import TICK_MS, Batches, Found
from app.viewers.gate import Gate

THUMBNAIL = 104
_FIRST_ALONE_S = 0.3
_SOUGHT = 60
"""So many pictures that are on their way are asked for next."""


def _thumbnail(picture: Picture) -> NDArray[np.uint8]:
    return render(picture, viewport=fit(picture, THUMBNAIL, THUMBNAIL))


class StudySession(QObject):
    """Lists a source in one thread and decodes in others; speaks only by queued signals.

    Files that fail are reported with their reason and everything else opens.
    """

    changed = Signal()
    """Series or slices were added."""
    listed = Signal()
    """The source has named everything it holds."""
    failed = Signal(object)
    """A tuple of `BadFile`."""
    loaded = Signal(object)
    """A `Loaded`."""
    thumbnail = Signal(str, object)
    """`Series.uid` and levels, None where the picture cannot be shown."""
    sought = Signal(object)
    """SOP Instance UIDs: what is looked at, then what is nearest to it and on its way."""

    _arrived = Signal(object)
    _ended = Signal()
    _came = Signal(object)
    _drawn = Signal(str, object)

    def __init__(
        self,
        source: StudySource,
        pictures: ByteCache[SliceRef, Picture],
        decoder: FrameDecoder | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._source = source
        self._pictures = pictures
        self._instances: dict[str, Instance] = {}
        """Those that are here, and the places of others."""
        self._here: set[str] = set()
        self._awaiting = Awaiting()
        self._places: dict[str, Instance] = {}
        self._seen: frozenset[str] = frozenset()
        """The instances that cells show or wait for."""
        self._series: tuple[Series, ...] = ()
        self._wanted_thumbnails: dict[SliceRef, str] = {}
        self._decoder: FrameDecoder = decoder or InThread()
        self._gate = Gate()
        self._arrived.connect(self._on_arrived, Qt.ConnectionType.QueuedConnection)
        self._batches = Batches()
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self._on_tick)
        self._ended.connect(self._tick.stop, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self.listed, Qt.ConnectionType.QueuedConnection)
        self._came.connect(self.loaded, Qt.ConnectionType.QueuedConnection)
        self._drawn.connect(self.thumbnail, Qt.ConnectionType.QueuedConnection)
        self._loader = FrameLoader(source.peek, self._on_ready, pictures, decoder=decoder)
        # A parent says so before it deletes its children: nobody need have called `close`.
        parent.destroyed.connect(self._gate.close)
        parent.destroyed.connect(partial(self._loader.close, 0.0))
        self._first = threading.Event()
        """A picture is there, or will never be."""
        self._listing = threading.Thread(target=self._list, name="study-listing", daemon=True)

    def start(self) -> None:
        """Begin listing."""
        self._tick.start()
        self._listing.start()

    @property
    def series(self) -> tuple[Series, ...]:
        """Every series known so far, studies by date, series by number."""
        return self._series

    def find(self, uid: str) -> Series | None:
        """The series with that UID, as `Series.uid` or as Series Instance UID."""
        return next(
            (s for s in self._series if s.uid == uid),
            next((s for s in self._series if s.series_instance_uid == uid), None),
        )

    def picture(self, ref: SliceRef) -> Picture | None:
        """A decoded slice, if it is at hand."""
        return self._pictures.get(ref)

    def decoded(self, ref: SliceRef) -> Picture:
        """A slice, whole, decoded by the caller where it is not at hand; may block.

        Errors as `StudySource.fetch`, `open_object` and `make_picture`.
        """
        at_hand = self._pictures.get(ref)
        if at_hand is not None and not at_hand.coming:
            return at_hand
        obj = open_object(self._source.fetch(ref.sop_instance_uid))
        return make_picture(obj, ref.frame, self._decoder.decode(obj, ref.frame))

    def error(self, ref: SliceRef) -> ImagingError | None:
        """Why a slice cannot be shown, if it was tried."""
        return self._awaiting.error(ref.sop_instance_uid) or self._loader.error(ref)

    def pin(self, ref: SliceRef) -> None:
        """Keep a slice that is on the screen."""
        self._pictures.pin(ref)

    def unpin(self, ref: SliceRef) -> None:
        """Undo one `pin`."""
        self._pictures.unpin(ref)

    def look_at(self, cells: Sequence[Looked[SliceRef]]) -> None:
        """Have these slices decoded next, then their neighbours; the active cell comes first. Of
        what is on its way the same comes next."""
        self._seen = frozenset(cell.slices[cell.current].sop_instance_uid for cell in cells)
        if len(cells) == 1:
            self._loader.focus(cells[0].slices, cells[0].current, cells[0].direction)
        else:
            # The order is in the list itself: forwards from its first slice.
            self._loader.focus(Wanted(cells), 0, Direction.FORWARD)
        self.sought.emit(tuple(self._sought(cells)))

    def _sought(self, cells: Sequence[Looked[SliceRef]]) -> Iterator[str]:
        """What the active cell shows, and what of all is on its way, the most wanted first."""
        yield cells[0].slices[cells[0].current].sop_instance_uid
        if self._places:
            wanted = (ref.sop_instance_uid for ref in Wanted(cells))
            yield from islice((uid for uid in wanted if uid in self._places), _SOUGHT)

    @property
    def budget(self) -> int:
        """Bytes that decoded pictures may hold."""
        return self._pictures.budget

    def want_slices(self, refs: Sequence[SliceRef]) -> None:
        """Have all of these decoded, after what is on the screen and before its neighbours."""
        self._loader.want(refs)

    def drop_slices(self, refs: Sequence[SliceRef]) -> None:
        """Undo `want_slices` for what is not begun."""
        self._loader.unwant([ref for ref in refs if ref not in self._wanted_thumbnails])

    def keep(self, ref: SliceRef, picture: Picture) -> None:
        """The same picture held otherwise; from any thread."""
        self._pictures.put(ref, picture)

    def want_thumbnail(self, series: Series) -> None:
        """Have `thumbnail` emitted for the middle slice of a series."""
        come = series.come()
        ref = come[len(come) // 2]
        at_hand = self._pictures.get(ref)
        if at_hand is not None:
            self._drawn.emit(series.uid, _thumbnail(at_hand))
            return
        self._wanted_thumbnails[ref] = series.uid
        self._loader.want([ref])
        # Trap: what failed before is not tried again, and would never be answered.
        if self._loader.error(ref) is not None and self._wanted_thumbnails.pop(ref, ""):
            self._drawn.emit(series.uid, None)

    def add(self, instance: Instance) -> None:
        """Take in an instance that came to exist later."""
        self._on_arrived([instance])

    def renew(self, sop_instance_uid: str) -> None:
        """Have the picture of an instance made again of which a beginning was given."""
        self._loader.renew(sop_instance_uid)

    def fetch(self, sop_instance_uid: str) -> bytes:
        """A whole object; may block. Errors as `StudySource.fetch`."""
        return self._source.fetch(sop_instance_uid)

    def retry(self) -> None:
        """Try again what could not be fetched or decoded."""
        if self._tick.isActive():  # of what fails again nobody tells once the list has ended
            self._awaiting.hope()
        self._loader.forget_errors()

    def close(self, timeout: float = 5.0) -> None:
        """Stop; waits up to `timeout` seconds for each thread. Afterwards no signal comes."""
        self._gate.close()
        self._tick.stop()
        self._first.set()
        self._loader.close(timeout)
        if self._listing.ident is not None and timeout > 0:
            self._listing.join(timeout)

    def _list(self) -> None:
        """In its own thread. The first instance goes at once, the others in batches."""
        alone = True
        try:
            for found in self._source.instances():
                if self._gate.closed:
                    return
                self._tell(self._batches.add(found))
                if isinstance(found, Instance) and found.sop_instance_uid in self._seen:
                    self._tell(self._batches.rest())  # somebody waits for it
                if alone and isinstance(found, Instance) and found.kind is ObjectKind.IMAGE:
                    # The first picture is on its way: nothing else may take its time.
                    self._first.wait(_FIRST_ALONE_S)
                alone = False
        except ImagingError as error:
            self._tell(self._batches.add(BadFile("", error.code, error.reason)))
        except Exception:  # a source that breaks must not leave the viewer waiting
            reason = "The list of images broke off."
            self._tell(self._batches.add(BadFile("", Reason.UNREADABLE, reason)))
        self._tell(self._batches.rest())
        self._gate.say(self._ended.emit)

    def _tell(self, batch: list[Found]) -> None:
        if batch:
            self._gate.say(self._arrived.emit, batch)

    @Slot()
    def _on_tick(self) -> None:
        if batch := self._batches.tick():
            self._on_arrived(batch)

    def _on_ready(self, loaded: Loaded) -> None:
        """In a decoding thread."""
        uid = self._wanted_thumbnails.pop(loaded.ref, None)
        if uid is not None:
            result = loaded.result
            levels = None if isinstance(result, ImagingError) else _thumbnail(result)
            self._gate.say(self._drawn.emit, uid, levels)
        self._gate.say(self._came.emit, loaded)
        self._first.set()

    @Slot(object)
    def _on_arrived(self, batch: list[Found]) -> None:
        good = [found for found in batch if isinstance(found, Instance)]
        bad = tuple(found for found in batch if isinstance(found, BadFile))
        listed = [image for found in batch if isinstance(found, Awaited) for image in found.images]
        new = {i.sop_instance_uid: i for i in good if i.sop_instance_uid not in self._here}
        self._here.update(new)
        self._instances.update(new)
        expected = [self._awaiting.came(instance) for instance in new.values()]
        for image in listed:
            come = image.sop_instance_uid in self._here
            self._awaiting.expect(image, self._instances[image.sop_instance_uid] if come else None)
        for one in bad:
            self._awaiting.lose(one.label, one.reason)
        if listed or not all(expected) or not self._fill(new):
            self._regroup()
        if new or listed:
            self.changed.emit()
        if bad:
            self.failed.emit(bad)

    def _fill(self, come: Mapping[str, Instance]) -> bool:
        """Puts what has come into its places, without sorting anything again; False where it has
        none in a stack that is shown."""
        if not all(any(one.instance(uid) for one in self._series) for uid in come):
            return False
        self._places = {uid: one for uid, one in self._places.items() if uid not in come}
        self._loader.expect(frozenset(self._places))
        self._series = tuple(one.filled(come) for one in self._series)
        return True

    def _regroup(self) -> None:
        """Trap: a place and its picture keep their turn, for stacks are named in the order in which
        they are met."""
        places = self._awaiting.places()
        self._loader.expect(frozenset(places))
        for uid in self._places.keys() - places.keys() - self._here:
            del self._instances[uid]
        self._instances.update(places)
        self._places = places
        studies = group(self._instances.values())
        # Of a stack that is read by itself something must be here.
        every = (series for study in studies for series in study.series if series.here)
        self._series = tuple(every)
