"""Which lossless form makes a series' images arrive soonest, and the image in that form.

The time an image takes is its compression here, by as many threads as read, and its bytes over the
line. The first images of a series show what each form costs; what they say holds for the series.
Everything here blocks: for a thread.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.imaging.attributes import integer, text
from app.imaging.dataset import open_object
from app.imaging.errors import ImagingError, UnreadableError
from app.imaging.writing.bounded_loss import with_bounded_loss
from app.imaging.writing.recompress import (
    MOST_BYTES,
    Form,
    Recompressed,
    recompressed,
    suitable_forms,
)
from app.store.sealed import Sealer
from app.transfer.reading import Digest, Head, seal_copy

TRIALS = 2
"""So many images of a series are compressed in every form that suits."""
LARGE_BYTES = 16 << 20
"""Of larger files only one at a time: each is in memory several times."""
WORTH_A_LOSS = 0.9
"""Of the bytes without loss; for a smaller gain nothing is lost."""
_large = threading.Lock()
Kind = tuple[str, int, int, int]


@dataclass(slots=True)
class Costs:
    """What images of one kind cost: for each form the seconds of a thread and the bytes of every
    trial that went well; the form None is as it is."""

    trials: int = 0
    found: dict[Form | None, list[tuple[float, int]]] = field(default_factory=dict)

    def add(self, trial: dict[Form | None, tuple[float, int]]) -> None:
        for form, cost in trial.items():
            self.found.setdefault(form, []).append(cost)

    def soonest(self, bytes_per_second: float, threads: int) -> Form | None:
        """The form whose images are there first, of those that went well every time."""

        def takes(form: Form | None) -> float:
            return sum(
                seconds / threads + nbytes / bytes_per_second
                for seconds, nbytes in self.found[form]
            )

        trials = len(self.found.get(None, ()))
        always = [form for form, costs in self.found.items() if len(costs) == trials]
        return min(always, key=takes, default=None)


class Lightener:
    """Makes images lighter for a line of so many bytes a second. Thread-safe."""

    def __init__(
        self,
        line: Callable[[], float],
        threads: int,
        clock: Callable[[], float] = time.thread_time,
    ) -> None:
        self._line = line
        self._threads = threads
        self._clock = clock
        self._costs: dict[Kind, Costs] = {}
        self._lock = threading.Lock()

    def lighter(self, data: bytes) -> Recompressed | None:
        """The image in the form that arrives soonest, None when that is the one it has.

        Raises ImagingErrors as `open_object`.
        """
        obj = open_object(data)
        forms = suitable_forms(obj)
        if not forms:
            return None
        ds = obj.dataset
        rows, columns, bits = (integer(ds, name) or 0 for name in _SHAPE)
        kind = (text(ds, "SeriesInstanceUID"), rows, columns, bits)
        with self._lock:
            costs = self._costs.setdefault(kind, Costs())
            trying = costs.trials < TRIALS
            costs.trials += trying
        if trying:
            return self._tried(data, forms, costs)
        with self._lock:
            form = costs.soonest(self._line(), self._threads)
        return None if form is None else _smaller(data, form)

    def _tried(self, data: bytes, forms: tuple[Form, ...], costs: Costs) -> Recompressed | None:
        made: dict[Form | None, Recompressed | None] = {None: None}
        found: dict[Form | None, tuple[float, int]] = {None: (0.0, len(data))}
        for form in forms:
            began = self._clock()
            new = _smaller(data, form)
            if new is not None:
                made[form] = new
                found[form] = (self._clock() - began, len(new.data))
        with self._lock:
            costs.add(found)
            here = Costs(found={form: [cost] for form, cost in found.items()})
            return made[here.soonest(self._line(), self._threads)]


def light_copy(
    head: Head, lightener: Lightener, sealer: Sealer, target: Path, *, with_loss: bool
) -> Digest:
    """Seals an object in the form that arrives soonest; with a bounded loss where that was chosen
    and makes it much smaller.

    Raises:
        UnreadableError: the file cannot be read (any more).
        DiskFull: no room for the copy.
    """
    new, lossy = None, False
    try:
        with head.open() as stream:
            data = stream.read(MOST_BYTES + 1)
        if len(data) <= MOST_BYTES:
            with _large if len(data) > LARGE_BYTES else contextlib.nullcontext():
                new = lightener.lighter(data)
                if with_loss:
                    new, lossy = _with_loss(data, new)
    except OSError as error:
        raise UnreadableError("The file cannot be read from the disk.") from error
    except ImagingError:
        pass  # whoever reads it will be told why it has no picture
    if new is None:
        return seal_copy(head, sealer, target)
    digest = seal_copy(replace(head, content=new.data, sealed=None), sealer, target)
    return replace(digest, original_sha256=new.original_sha256, lossy=lossy)


def _with_loss(data: bytes, lossless: Recompressed | None) -> tuple[Recompressed | None, bool]:
    """(the form to send, whether it lost something)."""
    lossy = with_bounded_loss(data)
    most = WORTH_A_LOSS * len(data if lossless is None else lossless.data)
    return (lossless, False) if lossy is None or len(lossy.data) > most else (lossy, True)


def _smaller(data: bytes, form: Form) -> Recompressed | None:
    """None where that is no gain, or the original would not come back."""
    try:
        new = recompressed(data, form)
    except ImagingError:
        return None
    return new if new is not None and len(new.data) < len(data) else None


_SHAPE = ("Rows", "Columns", "BitsStored")
