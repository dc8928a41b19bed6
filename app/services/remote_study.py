"""Which studies of a case the transfer process is asked for, and when: `RemoteSource` feeds them to
the viewer."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

from app.imaging.errors import UnreadableError
from app.imaging.series import Instance, describe_bytes
from app.services.remote_source import RemoteSource
from app.store.sealed import Sealer
from app.transfer.messages import (
    Command,
    Fetch,
    FetchEnded,
    FetchFailed,
    InstanceArrived,
    InstanceComing,
    StopFetching,
    StudyListed,
)
from app.transfer.place_messages import ImagesPlaced

FIRST_IMAGES = 8
"""So many of the first study are here before its case's others are asked for."""


class RemoteStudies:
    """The source of the case that is open; events of other studies are not for it."""

    def __init__(
        self,
        store_key: bytes,
        tell: Callable[[Command], None],
        on_late: Callable[[str], object] = lambda _: None,
        on_more: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._sealer = Sealer(store_key)
        self._tell = tell
        self._on_late, self._on_more = on_late, on_more
        self._source: RemoteSource | None = None
        self._case: UUID | None = None
        self._studies: tuple[str, ...] = ()
        self._priors: tuple[str, ...] = ()
        self._before_priors: set[str] = set()
        """What is fetched before the priors are."""
        self._first: list[str] = []
        self._after_first: tuple[str, ...] = ()
        """Studies of the case that wait for the first images of its first one."""
        self._of_first: set[str] = set()

    def open(
        self, consultation_id: UUID, studies: tuple[str, ...], priors: tuple[str, ...] = ()
    ) -> RemoteSource:
        """A new source for these studies, the first of them first, and, when those are here, the
        earlier ones of the patient; the older source ends."""
        self.close()
        self._case, self._studies, self._priors = consultation_id, (*studies, *priors), priors
        self._before_priors = set(studies)
        self._source = RemoteSource(self._sealer, self._tell, self._on_late, self._on_more)
        self._source.begin(self._studies)
        self.ask_again()
        return self._source

    def ask_again(self) -> None:
        """Asks for the open case's studies: first, and when the process was started again."""
        own = [one for one in self._studies if one not in self._priors]
        self._first, self._after_first, self._of_first = own[:1], tuple(own[1:]), set()
        for study in self._first:
            self._ask(study)
        if not self._before_priors:
            self._first_is_here()
            for prior in self._priors:
                self._ask(prior)

    def _ask(self, study: str) -> None:
        if self._case is not None and self._source is not None:
            self._tell(Fetch(consultation_id=self._case, study_instance_uid=study))
            self._source.wish_again(study)

    def _first_is_here(self) -> None:
        """What is looked at first has a picture: the other studies of the case may come."""
        waiting, self._after_first = self._after_first, ()
        for study in waiting:
            self._ask(study)

    def _is_first(self, study: str) -> bool:
        return bool(self._after_first) and study in self._first

    def _is_through(self, study: str) -> None:
        """Nothing more comes of this study: the priors have the line when nothing of any does."""
        if self._is_first(study):
            self._first_is_here()
        if study in self._before_priors:
            self._before_priors.discard(study)
            if not self._before_priors:
                for prior in self._priors:
                    self._ask(prior)

    def extend(self, studies: tuple[str, ...], again: tuple[str, ...]) -> None:
        """Late images join what is open: `studies` are all there are now, `again` those to list."""
        if self._source is None or self._case is None:
            return
        self._source.extend(frozenset(studies) - frozenset(self._studies))
        self._studies = studies
        for study in again:
            self._tell(Fetch(consultation_id=self._case, study_instance_uid=study))

    async def describe(self, sop_instance_uid: str) -> Instance:
        """What an image is that is here; raises ImagingErrors."""
        if self._source is None:
            raise UnreadableError("No study is open.")
        data, _ = await asyncio.to_thread(self._source.peek, sop_instance_uid)
        return await asyncio.to_thread(describe_bytes, data)

    def looks_at(self, study_instance_uid: str) -> bool:
        return self._source is not None and study_instance_uid in self._studies

    def stop(self) -> None:
        """Nothing more of the open case is fetched for now."""
        if self._source is not None:
            self._source.stop(stopped=True)
            self._after_first = ()
            for study in self._studies:
                self._tell(StopFetching(study_instance_uid=study))

    def go_on(self) -> None:
        """What is missing is asked for again."""
        if self._source is not None:
            self._source.stop(stopped=False)
            self.ask_again()

    def near(self, sop_instance_uids: Sequence[str]) -> None:
        """Somebody looks at the first of these now, and the others come next."""
        if self._source is not None:
            self._source.prefer(sop_instance_uids)

    def close(self) -> None:
        if self._source is not None:
            self._source.close()
            for study in self._studies:
                self._tell(StopFetching(study_instance_uid=study))
        self._source, self._case, self._studies, self._priors = None, None, (), ()
        self._after_first = ()

    @property
    def count(self) -> int:
        """How many instances of the open case are on this computer."""
        return self._source.count if self._source is not None else 0

    def shows(
        self,
        consultation_id: UUID,
        studies: tuple[str, ...],
        late: frozenset[str] = frozenset(),
    ) -> bool:
        """Whether these are open, or all but some that came late and wait to be asked for. Priors
        that may not be read any more stay on the screen as long as the case does."""
        absent = set(studies) - set(self._studies)
        gone = set(self._priors) - set(studies)
        return (
            self._case == consultation_id
            and absent <= late
            and tuple(one for one in studies if one not in absent)
            == tuple(one for one in self._studies if one not in gone)
        )

    def listed(self, event: StudyListed) -> None:
        if self._source is not None and event.study_instance_uid in self._studies:
            self._source.listed(event)

    def placed(self, event: ImagesPlaced) -> None:
        if self._source is not None and event.study_instance_uid in self._studies:
            self._source.placed(event)

    def coming(self, event: InstanceComing) -> None:
        if self._source is not None and event.study_instance_uid in self._studies:
            self._source.coming(event)

    def arrived(self, event: InstanceArrived) -> None:
        if self._source is not None and event.study_instance_uid in self._studies:
            self._source.arrived(event)
            if self._is_first(event.study_instance_uid):
                self._of_first.add(event.sop_instance_uid)
                if len(self._of_first) >= FIRST_IMAGES:
                    self._first_is_here()

    def failed(self, event: FetchFailed) -> None:
        if self._source is not None and event.study_instance_uid in self._studies:
            self._source.failed(event)
            if not event.sop_instance_uid:
                self._source.ended(event.study_instance_uid)
                self._is_through(event.study_instance_uid)

    def ended(self, event: FetchEnded) -> None:
        if self._source is not None and event.study_instance_uid in self._studies:
            self._source.ended(event.study_instance_uid)
            self._is_through(event.study_instance_uid)
