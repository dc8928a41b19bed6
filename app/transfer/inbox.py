"""Keeps what comes in: judges each object, seals it, knows what is there; tells the window.

Objects come from network threads, several at once (`begin`, `take`); everything else belongs to
the loop. An object counts as there when its sealed bytes are on the disk: only then is a sender
told so, and may forget it.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from app.imaging.errors import ImagingError
from app.net.dimse.status import Status
from app.store.arrival import Arrival
from app.store.errors import DiskFull, StoreError
from app.store.inbox import Inbox, InboxInstance, InboxPatient, InboxStudy
from app.transfer.identity import Identity, identity_of
from app.transfer.intake_messages import LostStudy
from app.transfer.kept_images import found_again, head_of, is_bad, lost_studies, says_the_same
from app.transfer.rates import Throttle
from app.transfer.reading import Head, read_measured
from app.transfer.sending_now import SendingNow
from app.transfer.strays import Strays

log = logging.getLogger(__name__)
SAVE_EVERY_S = 1.0
RESERVE_BYTES = 512 << 20
"""Room that stays free: the outbox, the drafts and the system need some too."""


class InboxKeeper:
    """The inbox of this profile.

    Args:
        on_full: called in the loop when an object was refused for want of room.
    """

    def __init__(
        self,
        inbox: Inbox,
        on_full: Callable[[], None] = lambda: None,
        reserve_bytes: int = RESERVE_BYTES,
    ) -> None:
        self.inbox = inbox
        self.on_change: Callable[[], None] = lambda: None
        """Called in the loop, at most once a second, after what changed is on the disk."""
        self._on_full = on_full
        self._reserve = reserve_bytes
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._studies: dict[str, InboxStudy] = {}
        self._held: dict[str, tuple[str, str]] = {}
        """By SOP Instance UID: its class and its study."""
        self.sending = SendingNow()
        self.strays = Strays()
        self._awaited: dict[str, int | None] = {}
        """Studies that an archive is asked for, and how many images it says they have."""
        self._dirty: set[str] = set()
        self._saving: asyncio.Task[None] | None = None
        self._throttle = Throttle(self._save_soon, SAVE_EVERY_S)
        self.unopened: dict[str, int] = {}
        """Images that this run's key does not open, by the name of their study on the disk."""
        self.received_bytes = 0
        """Since the start; grows with every object that was taken."""

    # --- beginning and end ---------------------------------------------------------------

    def load(self) -> None:
        """Reads the indexes, and finds again what a crash left without one. For a thread, before
        anything comes in."""
        known = tuple(one.found_again for one in self.inbox.studies())
        with self._lock:
            for study in known:
                self._studies[study.study_instance_uid] = study
                for one in study.instances:
                    self._held[one.sop_instance_uid] = (
                        one.sop_class_uid,
                        study.study_instance_uid,
                    )
        for path in self.inbox.unindexed(known):
            name, found = path.parent.name, found_again(self.inbox, path)
            if found is None:  # of another key, or damaged: it stays, and is not offered
                self.unopened[name] = self.unopened.get(name, 0) + 1
                continue
            origin, (head, digest) = self.inbox.origin(name), found
            with self._lock:
                self._add(head, digest.sha256, digest.size, origin.source if origin else "")

    @property
    def lost(self) -> tuple[LostStudy, ...]:
        """What came in an earlier run and cannot be opened any more, and from whom."""
        return lost_studies(self.inbox, self.unopened)

    async def forget_lost(self) -> None:
        """Removes what cannot be opened."""
        names, self.unopened = tuple(self.unopened), {}
        for name in names:
            await asyncio.to_thread(self.inbox.forget, name)
        self._throttle.changed()

    async def close(self) -> None:
        self._throttle.cancel()
        if self._saving is not None:
            await asyncio.gather(self._saving, return_exceptions=True)
        await asyncio.to_thread(self._save_dirty)

    # --- from network threads ------------------------------------------------------------

    def begin(self, sop_instance_uid: str) -> Arrival:
        return Arrival(self.inbox, sop_instance_uid)

    def take(self, arrived: object, source: str, sop_class_uid: str) -> int:
        """Judges and keeps a complete object; answers the status of its C-STORE (PS3.4 B.2.3)."""
        arrival = cast(Arrival, arrived)
        status = self._judged(arrival, source, sop_class_uid)
        if status not in (Status.SUCCESS, Status.DUPLICATE):
            study = identity_of(bytes(arrival.head)).study_instance_uid
            self.refuse(source, Identity.said(study, arrival.sop_instance_uid))
        return status

    def _judged(self, arrival: Arrival, source: str, sop_class_uid: str) -> int:
        try:
            self.inbox.require_room(self._reserve)
            arrival.complete()
            start = bytes(arrival.head)
            head = read_measured(arrival.path, start, arrival.size, arrival.open)
            return self._keep(arrival, head, source, sop_class_uid)
        except (DiskFull, OSError) as error:
            log.error("no room for an arriving image: %s", type(error).__name__)
            self._loop.call_soon_threadsafe(self._on_full)
            return Status.OUT_OF_RESOURCES
        except ImagingError as error:
            log.warning("an arriving object was refused: %s", error.code.value)
            return Status.CANNOT_UNDERSTAND
        finally:
            arrival.discard()

    def refuse(self, source: str, identity: Identity) -> None:
        """An image was not taken; it counts as missing until it comes whole."""
        study_uid, sop_uid = identity
        if not sop_uid:
            return
        with self._lock:
            study = self._studies.get(study_uid)
            if study is None:
                self.strays.note(source, identity)
                self._loop.call_soon_threadsafe(self._throttle.changed)
            else:
                self._put(study.lacking((sop_uid,), study.unplaced))

    def _keep(self, arrival: Arrival, head: Head, source: str, sop_class_uid: str) -> int:
        if head.sop_instance_uid != arrival.sop_instance_uid:
            return Status.WRONG_CLASS
        if sop_class_uid and head.sop_class_uid != sop_class_uid:
            return Status.WRONG_CLASS
        target = self.inbox.image_path(head.study_instance_uid, head.sop_instance_uid)
        with self._lock:
            _, study = self._held.get(head.sop_instance_uid, ("", ""))
            known = self._instance(study, head.sop_instance_uid)
            if known is None:
                # In one step: the same image may come over two associations at once.
                arrival.keep_at(target)
                self._add(head, arrival.sha256, arrival.size, source)
                return Status.SUCCESS
        return self._again(study, known, head, arrival)

    def _again(self, study_uid: str, known: InboxInstance, head: Head, arrival: Arrival) -> int:
        """The same object once more is welcome; another one under its number is not."""
        if (known.sha256, known.size) == (arrival.sha256, arrival.size) or says_the_same(
            self.inbox, study_uid, known, head
        ):
            return Status.SUCCESS
        if study_uid == head.study_instance_uid and is_bad(self.inbox, study_uid, known):
            return self._replace(study_uid, known, head, arrival)
        with self._lock:
            study = self._studies.get(study_uid)
            if study is not None:  # else it was removed meanwhile
                self._put(study.model_copy(update={"conflicts": study.conflicts + 1}))
        return Status.DUPLICATE

    def _replace(self, study_uid: str, bad: InboxInstance, head: Head, arrival: Arrival) -> int:
        with self._lock:
            study = self._studies.get(study_uid)
            if study is None or bad not in study.instances:  # removed or mended meanwhile
                return Status.OUT_OF_RESOURCES  # the sender comes again
            arrival.keep_at(self.inbox.image_path(study_uid, head.sop_instance_uid))
            left = tuple(one for one in study.instances if one is not bad)
            self._studies[study_uid] = study.model_copy(update={"instances": left})
            self._add(head, arrival.sha256, arrival.size, study.source)
        return Status.SUCCESS

    def _instance(self, study_uid: str, sop_instance_uid: str) -> InboxInstance | None:
        """The lock is held."""
        study = self._studies.get(study_uid)
        instances = study.instances if study is not None else ()
        return next((i for i in instances if i.sop_instance_uid == sop_instance_uid), None)

    def _add(self, head: Head, sha256: str, size: int, source: str) -> None:
        """The lock is held."""
        now = datetime.now(UTC)
        made = InboxInstance(
            sop_instance_uid=head.sop_instance_uid,
            sop_class_uid=head.sop_class_uid,
            series_instance_uid=head.series_instance_uid,
            sha256=sha256,
            size=size,
            modality=head.modality[:16],
            series_number=head.series_number,
            instance_number=head.instance_number,
            patient=InboxPatient.of(head.patient),
        )
        known = self._studies.get(head.study_instance_uid)
        study = known or InboxStudy(
            study_instance_uid=head.study_instance_uid,
            description=head.study_description,
            study_date=head.study_date,
            accession_number=head.accession_number,
            source=source,
            first_at=now,
            last_at=now,
            instances=(),
            conflicts=0,
        )
        lost = tuple(uid for uid in study.lost if uid != made.sop_instance_uid)
        changed = {"instances": (*study.instances, made), "last_at": now, "lost": lost}
        study = study.model_copy(update=changed)
        self.strays.came(made.sop_instance_uid)
        if known is None and (refused := self.strays.take(study.study_instance_uid)):
            study = study.lacking(refused, study.unplaced)
        if study.study_instance_uid in self._awaited:
            study = study.awaited(self._awaited[study.study_instance_uid])
        self._put(study)
        self._held[head.sop_instance_uid] = (head.sop_class_uid, head.study_instance_uid)
        self.received_bytes += size

    def _put(self, study: InboxStudy) -> None:
        """The lock is held."""
        self._studies[study.study_instance_uid] = study
        self._dirty.add(study.study_instance_uid)
        self._loop.call_soon_threadsafe(self._throttle.changed)

    def brought(self, association: int, sop_instance_uid: str) -> None:
        """An association that is open has brought this; more may follow."""
        with self._lock:
            study = self._held.get(sop_instance_uid, ("", ""))[1]
        self.moves(association, study)

    def moves(self, bringer: Hashable, study_instance_uid: str) -> None:
        """More of this study may follow until it `rests`."""
        with self._lock:
            study = self._studies.get(study_instance_uid)
            if study and self.sending.brought(bringer, study.study_instance_uid):
                self._put(study)

    def rests(self, bringer: Hashable, study_instance_uid: str) -> None:
        """Nothing more is expected of it from there."""
        with self._lock:
            self.sending.ended(bringer)
            if study := self._studies.get(study_instance_uid):
                self._put(study)

    def ended(self, association: int, sop_instance_uids: tuple[str, ...], released: bool) -> None:
        """A device has sent these; it broke off unless it released its association."""
        with self._lock:
            self.sending.ended(association)
            brought = frozenset(sop_instance_uids)
            uids = {self._held.get(uid, ("", ""))[1] for uid in brought}
            for study in [self._studies[uid] for uid in uids if uid in self._studies]:
                self._put(study.sent(brought, released=released))

    def holds(self, sop_class_uid: str, sop_instance_uid: str) -> bool:
        """Whether an instance is safely kept here; what went on to a case counts as well."""
        with self._lock:
            known, study = self._held.get(sop_instance_uid, ("", ""))
        if not known or known != sop_class_uid:
            return False
        return self.inbox.image_path(study, sop_instance_uid).is_file()

    # --- from files ----------------------------------------------------------------------

    def take_file(self, head: Head, source: str) -> int:
        """Copies an object of a file sealed into the inbox; as `take`. For a thread.

        Raises OSError when the file cannot be read (any more).
        """
        try:
            self.inbox.require_room(self._reserve)
        except (DiskFull, OSError):
            return Status.OUT_OF_RESOURCES
        arrival = self.begin(head.sop_instance_uid)
        try:
            with head.open() as stream:
                while chunk := stream.read(1 << 20):
                    arrival.write(chunk)
        except OSError:
            arrival.discard()
            raise
        return self.take(arrival, source, head.sop_class_uid)

    # --- what the loop asks --------------------------------------------------------------

    @property
    def studies(self) -> tuple[InboxStudy, ...]:
        """The newest first."""
        with self._lock:
            return tuple(sorted(self._studies.values(), key=lambda s: s.last_at, reverse=True))

    def study(self, study_instance_uid: str) -> InboxStudy | None:
        with self._lock:
            return self._studies.get(study_instance_uid)

    def change(
        self, study_instance_uids: Iterable[str], changed: Callable[[InboxStudy], InboxStudy]
    ) -> None:
        """Puts what `changed` makes of each that is here."""
        with self._lock:
            for study in [self._studies.get(uid) for uid in study_instance_uids]:
                if study is not None and (now := changed(study)) != study:
                    self._put(now)

    def awaited(self, job: UUID, study_instance_uid: str, images: int | None) -> None:
        """An archive is asked for a study and says that it has so many images; again when it says
        more. From its first image on the study is marked, also after a crash."""
        with self._lock:
            self.sending.brought(job, study_instance_uid)
            self._awaited[study_instance_uid] = images
        self.change((study_instance_uid,), lambda study: study.awaited(images))

    def fetched(
        self, job: UUID, study_instance_uid: str, images: int | None, *, whole: bool
    ) -> None:
        """The archive has ended: the study has so many images at least."""
        with self._lock:
            self.sending.ended(job)
            self._awaited.pop(study_instance_uid, None)
        self.change((study_instance_uid,), lambda study: study.fetched(images, whole=whole))

    def attached(self, images: Mapping[str, int], consultation_id: UUID) -> None:
        """A case was given so many images of each study."""
        self.change(images, lambda one: one.given(consultation_id, images[one.study_instance_uid]))

    def taken_out(self, study_instance_uid: str, consultation_id: UUID) -> None:
        """A case has given a study back."""
        self.change(
            (study_instance_uid,),
            lambda one: (
                one.given(consultation_id, None) if consultation_id in one.attached else one
            ),
        )

    async def remove(self, study_instance_uids: Iterable[str]) -> None:
        for uid in study_instance_uids:
            await asyncio.to_thread(self._remove, uid)
        self._throttle.changed()

    def _remove(self, uid: str) -> None:
        """In one step: an image of the study that comes meanwhile is kept after it, not lost."""
        with self._lock:
            study = self._studies.pop(uid, None)
            self._dirty.discard(uid)
            if study is None:
                return
            for one in study.instances:
                self._held.pop(one.sop_instance_uid, None)
            self.inbox.remove(study)

    def heads(self, study_instance_uid: str) -> tuple[Head, ...]:
        """Every image of a study as the importer takes it."""
        study = self.study(study_instance_uid)
        return tuple(head_of(self.inbox, study, one) for one in study.instances) if study else ()

    # --- keeping the indexes -------------------------------------------------------------

    def _save_soon(self) -> None:
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save(), name="inbox")
        else:
            self._throttle.changed()

    async def _save(self) -> None:
        await asyncio.to_thread(self._save_dirty)
        self.on_change()

    def _save_dirty(self) -> None:
        with self._lock:
            due = [self._studies[uid] for uid in self._dirty if uid in self._studies]
            self._dirty.clear()
        for study in due:
            try:
                self.inbox.save(study)
            except (StoreError, OSError):
                log.error("the index of an inbox study cannot be kept; its images are")
