"""The hospital's archive (PACS) behind the object store, for reading, by DICOMweb (PS3.18).

An image that was found there is known by its SHA-256 like any other, and a pointer says where it
lies: a small JSON file with its UIDs. Its bytes are fetched when somebody asks for them, are
believed only when their SHA-256 is the one that was kept, and rest sealed within a budget. Nothing
is ever written to the archive or removed from it.
"""

import contextlib
import os
import re
import ssl
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

from server.domain.errors import Invalid
from server.domain.ports import Fresh, ObjectReader, ObjectSink
from server.store.errors import ObjectDamaged, ObjectMissing, ObjectsUnreachable, StoreError
from server.store.keyring import sync_folder
from server.store.multipart import PartBegan, PartEnded, PartReader, content_type_of
from server.store.objects import FolderObjects, discard_all
from server.store.site_objects import Kept, SiteObjects

PAGE = 1000
PATIENCE_S, CONNECT_S = 60.0, 10.0
PIECE_BYTES = 256 * 1024
_UID = re.compile(r"^[0-9.]{1,64}$")
_JSON = "application/dicom+json"
_COUNT = "00201208"
_OBJECT = 'multipart/related; type="application/dicom"; transfer-syntax=*'


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image lies in the archive."""

    study_uid: str
    series_uid: str
    sop_uid: str


class Pacs:
    """A DICOMweb archive; `url` goes up to and without `/studies`. Everything blocks; every error
    is a `StoreError`."""

    def __init__(self, url: str, user: str, password: str, trust: ssl.SSLContext | bool) -> None:
        self._client = httpx.Client(
            base_url=url.rstrip("/"),
            auth=(user, password) if user else None,
            verify=trust,
            trust_env=False,
            timeout=httpx.Timeout(PATIENCE_S, connect=CONNECT_S),
        )

    def instances(self, study_uid: str) -> list[Place]:
        """QIDO-RS: every instance of a study; empty when there is no such study.

        An archive may list fewer at once than it is asked for, and one that knows no paging answers
        the same again: the end is where nothing new comes. Raises where the archive then says
        that it has more than it lists.
        """
        found: dict[str, Place] = {}
        while items := self._ask(f"/studies/{study_uid}/instances", limit=PAGE, offset=len(found)):
            before = len(found)
            for item in items:
                place = Place(study_uid, _uid(item, "0020000E"), _uid(item, "00080018"))
                found[place.sop_uid] = place
            if len(found) == before:
                break
        if found and (said := self._said(study_uid)) > len(found):
            raise ObjectsUnreachable(
                f"the hospital's archive says that it has {said} images of this study but lists "
                f"{len(found)}; raise the limit of its listings there, or let the clinic send them"
            )
        return list(found.values())

    def _said(self, study_uid: str) -> int:
        """NumberOfStudyRelatedInstances (PS3.18 table 10.6.3-3), 0 where it is not said."""
        query = {"StudyInstanceUID": study_uid, "includefield": _COUNT}
        for item in self._ask("/studies", **query):
            with contextlib.suppress(KeyError, IndexError, TypeError, ValueError):
                return int(item[_COUNT]["Value"][0])
        return 0

    def _ask(self, path: str, **query: str | int) -> list[dict[str, Any]]:
        with _told():
            answer = self._client.get(path, params=query, headers={"accept": _JSON})
        if answer.status_code in (204, 404):
            return []
        _require(answer)
        return _listed(answer)

    def read(self, place: Place) -> Iterator[bytes]:
        """WADO-RS: the bytes of one instance as they lie there, as they come."""
        path = f"/studies/{place.study_uid}/series/{place.series_uid}/instances/{place.sop_uid}"
        with _told(), self._client.stream("GET", path, headers={"accept": _OBJECT}) as answer:
            if answer.status_code in (404, 410):
                raise ObjectMissing(
                    "the hospital's archive does not have this image any more; restore it there, "
                    "or let the clinic send it"
                )
            _require(answer)
            kind = answer.headers.get("content-type", "")
            boundary = content_type_of(kind)[1].get("boundary")
            pieces = answer.iter_bytes(PIECE_BYTES)
            yield from pieces if boundary is None else only_part(pieces, boundary)

    def close(self) -> None:
        self._client.close()


def only_part(pieces: Iterator[bytes], boundary: str) -> Iterator[bytes]:
    """The content of the first part of a multipart body; raises when it is cut.

    Reads the body to its end, so that the connection serves the next image too.
    """
    reader, ended = PartReader(boundary), False
    for piece in pieces:
        if not ended:
            for event in _events(reader, piece):
                ended = ended or isinstance(event, PartEnded)
                if not ended and isinstance(event, memoryview):
                    yield bytes(event)
    if not ended:
        raise _nonsense()


def _events(reader: PartReader, piece: bytes) -> Iterator[PartBegan | memoryview | PartEnded]:
    try:
        yield from reader.feed(piece)
    except Invalid as error:
        raise _nonsense() from error


class PacsObjects:
    """An object store whose images may also lie in the archive; new ones go into `inner`."""

    def __init__(self, inner: SiteObjects, pacs: Pacs, folder: Path, budget: int) -> None:
        self.ring, self.pacs = inner.ring, pacs
        self._inner = inner
        self._pointers = folder / "pointers"
        self._pointers.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._cache = FolderObjects(folder / "cache", inner.ring)
        self._budget = budget
        self._lock = threading.Lock()
        self._used: OrderedDict[str, int] = OrderedDict()
        found = sorted(folder.glob("cache/[0-9a-f][0-9a-f]/*.sealed"), key=_time_of)
        for file in found:
            self._used[file.name.removesuffix(".sealed")] = file.stat().st_size

    def sink(self, *, bulk: bool = False) -> ObjectSink:
        return self._inner.sink(bulk=bulk)

    def keep(self, fresh: Sequence[Fresh]) -> None:
        self._inner.keep(fresh)

    @property
    def on_kept(self) -> Kept:
        return self._inner.on_kept

    @on_kept.setter
    def on_kept(self, kept: Kept) -> None:
        self._inner.on_kept = kept

    def open(self, sha256: str) -> ObjectReader:
        try:
            return self._inner.open(sha256)
        except ObjectMissing:
            place = self.place_of(sha256)
            if place is None:
                raise
        with self._lock:
            if sha256 in self._used:
                self._used.move_to_end(sha256)
        with contextlib.suppress(StoreError):  # gone, damaged or under an old key: fetched anew
            return self._cache.open(sha256)
        return self._fetched(sha256, place)

    def _fetched(self, sha256: str, place: Place) -> ObjectReader:
        sink = self._cache.sink()
        try:
            for piece in self.pacs.read(place):
                sink.write(piece)
        except BaseException:
            sink.discard()
            raise
        fresh = sink.finish()
        try:
            if fresh.sha256 != sha256:
                raise ObjectDamaged(
                    f"the hospital's archive sends other bytes than those that were found there "
                    f"for the image {sha256[:12]}. Nothing of it was sent; ask the archive's "
                    "administrator what changed it"
                )
            self._cache.keep([fresh])
            reader = self._cache.open(sha256)
            self._make_room(sha256, fresh.size)
            return reader
        finally:
            discard_all([fresh])

    def _make_room(self, sha256: str, size: int) -> None:
        """The least used go; the newest stays, however large it is."""
        with self._lock:
            self._used[sha256] = size
            self._used.move_to_end(sha256)
            while len(self._used) > 1 and sum(self._used.values()) > self._budget:
                name, _ = self._used.popitem(last=False)
                with contextlib.suppress(OSError):
                    self._cache.remove(name)

    def point(self, sha256: str, place: Place) -> None:
        """From now on an image is read from the archive: the pointer is durable before the
        bytes that were read to know it are forgotten."""
        file = self._pointer(sha256)
        file.parent.mkdir(exist_ok=True, mode=0o700)
        temporary = file.with_suffix(".new")
        with temporary.open("wb") as out:
            out.write(orjson.dumps(asdict(place)))
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(file)
        sync_folder(file.parent)
        self._inner.remove(sha256)

    def place_of(self, sha256: str) -> Place | None:
        """Where an image lies in the archive, if it was found there."""
        try:
            return Place(**orjson.loads(self._pointer(sha256).read_bytes()))
        except FileNotFoundError:
            return None

    def _pointer(self, sha256: str) -> Path:
        return self._pointers / sha256[:2] / f"{sha256}.json"

    def holds(self, sha256: str) -> bool:
        return self._inner.holds(sha256) or self._pointer(sha256).is_file()

    def remove(self, sha256: str) -> None:
        """Forgets an image here; the archive keeps it."""
        self._inner.remove(sha256)
        self._pointer(sha256).unlink(missing_ok=True)
        self._cache.remove(sha256)
        with self._lock:
            self._used.pop(sha256, None)

    # --- what an administrator runs: what is only cached is fetched again under a new key -------

    def clear_spool(self) -> None:
        self._inner.clear_spool()
        self._cache.clear_spool()

    def stored(self) -> Iterator[str]:
        yield from self._inner.stored()

    def has_sealed(self) -> bool:
        return self._inner.has_sealed()

    def has_plain(self) -> bool:
        return self._inner.has_plain()

    def seal(self, sha256: str) -> bool:
        return self._inner.seal(sha256)

    def rewrap(self, sha256: str) -> bool:
        return self._inner.rewrap(sha256)


def _time_of(file: Path) -> int:
    return file.stat().st_mtime_ns


def _listed(answer: httpx.Response) -> list[dict[str, Any]]:
    try:
        items = answer.json()
    except ValueError as error:
        raise _nonsense() from error
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise _nonsense()
    return items


def _uid(item: dict[str, Any], tag: str) -> str:
    try:
        found = str(item[tag]["Value"][0])
    except (KeyError, IndexError, TypeError) as error:
        raise _nonsense() from error
    if not _UID.match(found):
        raise _nonsense()
    return found


def _nonsense() -> ObjectsUnreachable:
    return ObjectsUnreachable(
        "the hospital's archive answers something that is no DICOMweb; check HUIZHEN_PACS_URL"
    )


def _require(answer: httpx.Response) -> None:
    if answer.status_code != 200:
        raise ObjectsUnreachable(
            f"the hospital's archive refuses ({answer.status_code}); check HUIZHEN_PACS_URL, "
            "HUIZHEN_PACS_USER and HUIZHEN_PACS_PASSWORD"
        )


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """The library's errors as ours; none names the archive's address."""
    try:
        yield
    except httpx.HTTPError as error:
        raise ObjectsUnreachable(
            "the hospital's archive does not answer; the images wait. Check HUIZHEN_PACS_URL and "
            "the network to it"
        ) from error
