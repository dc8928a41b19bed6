"""A folder that another program writes pictures into: files are taken when they are complete."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from app.imaging.errors import NotDicomError, Reason
from app.net.dimse.status import Status
from app.store.intake_settings import AfterTaking, Watched
from app.transfer.finding import LeftOutError, zipfile_at
from app.transfer.inbox import InboxKeeper
from app.transfer.reading import Head, read_found

log = logging.getLogger(__name__)
LOOK_EVERY_S = 2.0
TAKEN = "taken"
"""The subfolder for what has been taken."""
MOST_FILES = 200_000
Seen = tuple[int, int]
"""Size and time of change: two looks that agree mean that nobody writes any more."""


QUIET_LOOKS = 15
"""So many looks without anything new in its folder, and a study counts as whole."""
MOST_LOOKS = 150
"""So many looks after its last image it does so whatever else is written beside it."""


@dataclass(slots=True)
class _Moving:
    """A study that has grown: where its files lie, and how many looks ago something came."""

    folders: set[Path]
    quiet: int = 0
    since_image: int = 0


class Left(Enum):
    """Why a file stays where it is."""

    NO_IMAGE = auto()
    ARCHIVE = auto()
    DAMAGED = auto()
    DOUBLED = auto()


class WatchedFolder:
    """Looks until `close`; all counts are since the start.

    Args:
        on_change: called in the loop when counts or the folder's being there changed.
        look_every: seconds between two looks.
    """

    def __init__(
        self,
        options: Watched,
        inbox: InboxKeeper,
        on_change: Callable[[], None],
        look_every: float = LOOK_EVERY_S,
    ) -> None:
        self._folder = Path(options.folder)
        self._move = options.after is AfterTaking.MOVE
        self._inbox = inbox
        self._on_change = on_change
        self._look_every = look_every
        self._last: dict[Path, Seen] = {}
        self._done: dict[Path, Seen] = {}
        self._left: dict[Path, Left] = {}
        self._moving: dict[str, _Moving] = {}
        """By Study Instance UID."""
        self.taken = 0
        self.gone = False
        self._task = asyncio.create_task(self._watch(), name="watched folder")

    @property
    def left(self) -> int:
        """Files that are no DICOM objects and stay where they are."""
        return self._count(Left.NO_IMAGE)

    @property
    def archives(self) -> int:
        """Packed folders, which are not opened here: what is in them may be anybody's."""
        return self._count(Left.ARCHIVE)

    @property
    def damaged(self) -> int:
        """Files that begin as DICOM objects and are cut off or broken."""
        return self._count(Left.DAMAGED)

    @property
    def doubled(self) -> int:
        """Files with the SOP Instance UID of another image that is here."""
        return self._count(Left.DOUBLED)

    def _count(self, why: Left) -> int:
        return sum(one is why for one in self._left.values())

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        for study in tuple(self._moving):
            self._rest(study)

    async def _watch(self) -> None:
        while True:
            before = self._counts()
            await asyncio.to_thread(self.look)
            if self._counts() != before:
                self._on_change()
            await asyncio.sleep(self._look_every)

    def _counts(self) -> tuple[int, ...]:
        return self.taken, self.left, self.archives, self.damaged, self.doubled, self.gone

    def look(self) -> None:
        """One look: takes every file that is as it was at the look before. For a thread."""
        try:
            seen = self._present()
        except OSError:
            self.gone = True
            return
        self.gone = False
        changed = {path.parent for path, state in seen.items() if self._last.get(path) != state}
        for path, state in seen.items():
            if self._done.get(path) != state and self._last.get(path) == state:
                self._take(path, state)
        self._follow(changed)
        self._last = seen
        self._done = {path: state for path, state in self._done.items() if path in seen}
        self._left = {path: why for path, why in self._left.items() if path in seen}

    def _follow(self, changed: set[Path]) -> None:
        """A study rests when nothing has come into its folders for some looks."""
        for study, moving in tuple(self._moving.items()):
            moving.quiet = 0 if moving.folders & changed else moving.quiet + 1
            moving.since_image += 1
            if moving.quiet >= QUIET_LOOKS or moving.since_image >= MOST_LOOKS:
                self._rest(study)

    def _rest(self, study: str) -> None:
        del self._moving[study]
        self._inbox.rests((self, study), study)

    def _present(self) -> dict[Path, Seen]:
        found: dict[Path, Seen] = {}
        if not self._folder.is_dir():
            raise FileNotFoundError
        for folder, below, names in os.walk(self._folder):
            if Path(folder) == self._folder:
                below[:] = [name for name in below if name != TAKEN]
            below[:] = [name for name in below if not name.startswith(".")]
            for name in names:
                if name.startswith(".") or name.upper() == "DICOMDIR" or len(found) >= MOST_FILES:
                    continue
                path = Path(folder, name)
                with contextlib.suppress(OSError):
                    state = path.stat()
                    found[path] = (state.st_size, state.st_mtime_ns)
        return found

    def _take(self, path: Path, state: Seen) -> None:
        left = Left.DAMAGED
        try:
            status = self._kept(read_found(path), path.parent)
        except NotDicomError:
            status = Status.CANNOT_UNDERSTAND
            left = Left.ARCHIVE if zipfile_at(path) else Left.NO_IMAGE
        except LeftOutError as error:
            if error.code is Reason.UNREADABLE:
                return  # still open in another program: looked at again
            status = Status.CANNOT_UNDERSTAND
            self._inbox.refuse(TAKEN_FROM, error.identity)
        except OSError:
            return
        if status == Status.OUT_OF_RESOURCES:
            return  # there may be room at the next look
        self._done[path] = state
        if status != Status.SUCCESS:
            self._left[path] = Left.DOUBLED if status == Status.DUPLICATE else left
            return
        self.taken += 1
        self._left.pop(path, None)
        if self._move:
            self._put_away(path)

    def _kept(self, head: Head, folder: Path) -> int:
        """Keeps an image; its study is moving if it is new."""
        study = head.study_instance_uid
        before = self._images(study)
        status = self._inbox.take_file(head, TAKEN_FROM)
        if self._images(study) > before:
            moving = self._moving.setdefault(study, _Moving(set()))
            moving.folders.add(folder)
            moving.quiet = moving.since_image = 0
            self._inbox.moves((self, study), study)
        return status

    def _images(self, study_instance_uid: str) -> int:
        study = self._inbox.study(study_instance_uid)
        return len(study.instances) if study is not None else 0

    def _put_away(self, path: Path) -> None:
        """Into the subfolder, under its own way and a number where the name is taken."""
        target = self._folder / TAKEN / path.relative_to(self._folder)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            number = 1
            while target.exists():
                target = target.with_name(f"{path.stem}-{number}{path.suffix}")
                number += 1
            path.replace(target)
        except OSError as error:
            log.warning("a taken file stays in the watched folder: %s", type(error).__name__)


TAKEN_FROM = "watched folder"
"""As source in the inbox; the screen chooses the words."""
