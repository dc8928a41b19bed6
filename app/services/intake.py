"""How pictures come in: settings, inbox, archives, previews; the transfer process works."""

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from pydantic import ValidationError

from app.imaging.writing.origin import person_name
from app.net.api import Api
from app.net.errors import NetError
from app.net.studies import StudyQuery
from app.services.archiving import tell_archived
from app.services.facts import Facts
from app.services.name_readings import is_chinese, read_name
from app.session.case import Case
from app.session.intake import (
    IntakeConfigured,
    IntakeTold,
    PreviewBegun,
    PreviewEnded,
    RetrieveBegun,
    SearchBegun,
    StudySought,
    TestBegun,
)
from app.session.queue import Load
from app.session.state import State
from app.store.chosen import Chosen
from app.store.errors import StoreError
from app.store.intake_settings import IntakeSettings, Pacs
from app.store.profile import Profile, SealedStore
from app.transfer.intake_messages import (
    ArchiveTold,
    Configure,
    ForgetLost,
    IntakeEvent,
    Look,
    OfferWorklist,
    RemoveStudies,
    RetrieveStudy,
    SearchPacs,
    SettleStudies,
    StopJob,
    TakeFiles,
    TestPacs,
    WorklistEntry,
)
from app.transfer.messages import Command
from protocol.base import new_id
from protocol.consultation import CaseContent, Status
from protocol.dicom_sex import dicom_sex

log = logging.getLogger(__name__)
MOST_OFFERED = 200


class IntakeService:
    """Keeps the settings in the profile and the passwords of archives sealed beside it.

    Args:
        tell: gives a command to the transfer process.
    """

    def __init__(
        self,
        facts: Facts,
        profile: Profile,
        passwords: SealedStore,
        tell: Callable[[Command], None],
    ) -> None:
        self._facts = facts
        self._profile = profile
        self._secrets = passwords
        self._tell = tell
        self._passwords: dict[str, str] = {}
        self._offered: dict[UUID, WorklistEntry] = {}
        self._told: tuple[WorklistEntry, ...] = ()
        self._listed: object = None
        self._drafts: set[UUID] = set()
        self._asked: set[UUID] = set()
        self._case: Case | None = None
        self._settings = _settings_of(profile)
        facts.apply(IntakeConfigured(self._settings))

    @property
    def serving(self) -> bool:
        """Whether the transfer process goes on without a window."""
        settings = self._settings
        return settings.receiver.on or settings.watched.on or settings.hl7.on

    def begin(self) -> None:
        """The transfer process is there, for the first time or again."""
        self._passwords = self._read_passwords()
        self._tell(Configure(settings=self._settings, passwords=self._passwords))
        self._tell(OfferWorklist(entries=self._told))

    def heard(self, event: IntakeEvent) -> None:
        if isinstance(event, ArchiveTold):
            tell_archived(self._facts, event)
        self._facts.apply(IntakeTold(event))

    # --- settings ------------------------------------------------------------------------

    async def save(self, settings: IntakeSettings, passwords: dict[str, str]) -> None:
        """Raises DiskFull; what could not be kept does not hold either."""
        known = {str(one.id) for one in settings.pacs}
        given = {**self._passwords, **passwords}
        words = {key: word for key, word in given.items() if key in known}
        await asyncio.to_thread(self._keep, settings, words)
        self._settings, self._passwords = settings, words
        self._facts.apply(IntakeConfigured(settings))
        self._tell(Configure(settings=settings, passwords=words))

    def _keep(self, settings: IntakeSettings, passwords: dict[str, str]) -> None:
        for name in self._secrets.names():
            if name not in passwords:
                self._secrets.delete(name)
        for name, word in passwords.items():
            self._secrets.write(name, word.encode())
        self._profile.remember(intake=settings.model_dump(mode="json"))

    def _read_passwords(self) -> dict[str, str]:
        try:
            return {name: plain.decode() for name, plain in self._secrets.read_all().items()}
        except (StoreError, OSError):
            log.warning("the passwords of archives cannot be read; they must be typed again")
            return {}

    def test(self, pacs: Pacs, password: str, calling: str) -> None:
        job = new_id()
        self._facts.apply(TestBegun(job, pacs.id))
        word = password or self._passwords.get(str(pacs.id), "")
        title = calling or self._settings.receiver.ae_title
        self._tell(TestPacs(job=job, pacs=pacs, password=word, calling=title))

    # --- archives ------------------------------------------------------------------------

    def search(self, pacs_id: UUID, query: StudyQuery) -> None:
        self.stop_search()
        job = new_id()
        self._facts.apply(SearchBegun(job, pacs_id, query.name))
        self._tell(SearchPacs(job=job, pacs_id=pacs_id, query=query))

    def seek(self, study_instance_uid: str) -> None:
        """One study, in all archives of the settings at once."""
        self.stop_search()
        asking = tuple((new_id(), one.id) for one in self._settings.pacs)
        self._facts.apply(StudySought(study_instance_uid, asking))
        query = StudyQuery(study_instance_uid=study_instance_uid)
        for job, pacs_id in asking:
            self._tell(SearchPacs(job=job, pacs_id=pacs_id, query=query))

    def stop_search(self) -> None:
        search = self._facts.state.intake.search
        jobs = [job for job, _ in search.asking]
        for job in (*jobs, *((search.job,) if search.job is not None else ())):
            self._tell(StopJob(job=job))

    def retrieve(self, pacs_id: UUID, uid: str, images: int | None) -> None:
        running = self._facts.state.intake.retrieves
        if any(one.study_instance_uid == uid and not one.ended for one in running):
            return
        job = new_id()
        self._facts.apply(RetrieveBegun(job, uid, images))
        self._tell(RetrieveStudy(job=job, pacs_id=pacs_id, study_instance_uid=uid, images=images))

    def stop_retrieve(self, uid: str) -> None:
        for one in self._facts.state.intake.retrieves:
            if one.study_instance_uid == uid and not one.ended:
                self._tell(StopJob(job=one.job))

    # --- files and inbox -----------------------------------------------------------------

    def look(self, paths: tuple[Path, ...], for_case: UUID | None) -> None:
        self.drop_preview()
        job = new_id()
        self._facts.apply(PreviewBegun(job, paths, for_case))
        self._tell(Look(job=job, paths=paths))

    def drop_preview(self) -> None:
        preview = self._facts.state.intake.preview
        if preview is not None:
            self._tell(StopJob(job=preview.job))
            self._facts.apply(PreviewEnded())

    def take_into_inbox(self, paths: tuple[Path, ...], chosen: tuple[Chosen, ...]) -> None:
        self._tell(TakeFiles(job=new_id(), paths=paths, chosen=chosen))

    def remove(self, studies: tuple[str, ...]) -> None:
        self._tell(RemoveStudies(study_instance_uids=studies))

    def settle(self, studies: tuple[str, ...]) -> None:
        self._tell(SettleStudies(study_instance_uids=studies))

    def forget_lost(self) -> None:
        self._tell(ForgetLost())

    # --- worklist ------------------------------------------------------------------------

    def follow(self, state: State) -> frozenset[UUID]:
        """Keeps what modalities are offered in step with the case that is open and the list.

        Answers drafts of the list whose patient is not known here yet (`ask_about`); none while
        there is no worklist.
        """
        self._follow_case(state)
        receiver = self._settings.receiver
        if not (receiver.on and receiver.worklist):
            return frozenset()
        unknown = frozenset(self._drafts) - self._asked
        self._asked |= unknown
        return unknown

    async def ask_about(self, api: Api, drafts: frozenset[UUID]) -> None:
        """Offers drafts that were not opened since the program began."""
        for id_ in sorted(drafts):
            if id_ in self._offered:
                continue
            try:
                found = await api.consultation(id_)
            except NetError as error:
                log.info("a draft is not on the worklist yet: %s", type(error).__name__)
                self._asked.discard(id_)
                return
            if found.summary.status is Status.DRAFT:
                self.offer(id_, found.summary.number, found.content)

    def _follow_case(self, state: State) -> None:
        mine, case = state.queue.mine, state.case
        if mine.load is Load.READY and mine.items is not self._listed:
            self._listed = mine.items
            self._drafts = {item.id for item in mine.items if item.status is Status.DRAFT}
            for id_ in set(self._offered) - self._drafts:
                if case is None or case.id != id_:
                    self.offer(id_, "", None)
        if case is None or case is self._case:
            return
        self._case = case
        summary = case.consultation.summary
        draft = summary.status is Status.DRAFT
        self.offer(case.id, summary.number, case.content if draft else None)

    def offer(self, id_: UUID, number: str, content: CaseContent | None) -> None:
        """The patient of a case in preparation; None: it is one no more."""
        entry = worklist_entry(id_, number, content) if content is not None else None
        if self._offered.get(id_) == entry:
            return
        if entry is None:
            del self._offered[id_]
        else:
            self._offered[id_] = entry
        entries = tuple(self._offered.values())[-MOST_OFFERED:]
        if entries != self._told:
            self._told = entries
            self._tell(OfferWorklist(entries=entries))


def worklist_entry(id_: UUID, number: str, content: CaseContent) -> WorklistEntry | None:
    """What a modality is told; None while the patient has no name.

    The Study Instance UID is made of the case (PS3.5 B.2), the accession number of its number
    without the prefix, which leaves 13 of the 16 characters of an SH. A patient without a number at
    the clinic has the case's: PatientID must be there (PS3.4 K.6.1.2, type 1).
    """
    patient = content.patient
    if patient is None or not patient.name:
        return None
    accession = number.removeprefix("CONS-")[:16]
    return WorklistEntry(
        consultation_id=id_,
        patient_name=device_name(patient.name),
        patient_id=patient.patient_id or accession or id_.hex[:16],
        birth_date=f"{patient.birth_date:%Y%m%d}" if patient.birth_date else "",
        sex=dicom_sex(patient.sex),
        accession_number=accession,
        study_instance_uid=f"2.25.{id_.int}",
        description=content.reason[:64],
    )


def device_name(name: str) -> str:
    """A PN that devices show and sort by (PS3.5 6.2.1.2): most show its first group only, so that
    the reading of a Chinese name stands there and its characters in the second group."""
    name = name.strip()
    if not is_chinese(name):
        return person_name(name)
    family, given = read_name(name)
    return f"{family}^{given}={name}" if given else f"{family}={name}"


def _settings_of(profile: Profile) -> IntakeSettings:
    kept = profile.remembered.intake
    if not kept:
        return IntakeSettings()
    try:
        return IntakeSettings.model_validate_json(json.dumps(kept))
    except ValidationError:
        log.warning("the settings of intake cannot be read and are begun anew")
        return IntakeSettings()
