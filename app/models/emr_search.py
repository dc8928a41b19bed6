"""Finding a patient at the hospital, reading their record, and choosing what goes with a case."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.emr import RecordView, record_view
from app.models.emr_owner import compare_words, record_doubt, shared_words
from app.models.emr_settings import SignInAgain, derive_sign_in_again
from app.models.emr_troubles import trouble_words
from app.models.emr_words import (
    NAME_SIGNS,
    born_words,
    masked_number,
    person_words,
    section_words,
)
from app.models.table import TextRow
from app.models.times import byte_size
from app.models.tips import shortened
from app.models.words import word
from app.net.emr.clinical import ClinicalRecord, PersonRead, Section
from app.net.emr.documents import has_contents, stated_bytes
from app.net.emr.gathering import Gathered
from app.net.emr.names import pinyin
from app.net.emr.period import share_counts
from app.net.emr.place import EmrServer
from app.session.case import Case
from app.session.emr import Emr, EmrReading, EmrSearch, FoundPatient
from app.session.emr_owner import differences, owner_at_hospital, owner_trouble
from app.session.queue import Load
from app.session.state import State
from protocol.account import Role
from protocol.consultation import Action, Patient, Sex, Status
from protocol.record_owner import owner_of_record, record_key
from protocol.shared_record import MAX_RECORD_BYTES

_NO_ENTRY = ("Patient", "OperationOutcome")


@dataclass(frozen=True, slots=True)
class ReadingProps:
    """One patient's record. `record` is what has come of it, and all of it where `whole`.
    `patient_id` is the server's, `who` says name, sex and birth, `unwritten` what could not be
    written by hand."""

    patient_id: str
    consultation_id: UUID | None
    person: str
    who: str
    done: int
    parts: int
    problem: str
    unwritten: str
    can_share: bool
    can_add: bool
    """Nothing says that it is of another patient than the case."""
    correction: str
    """What of the own record's patient would be corrected from the case, line by line."""
    compare: str
    """What somebody has to compare first."""
    remarks: tuple[str, ...]
    choices: tuple[tuple[Section, str], ...]
    record: ClinicalRecord | None
    whole: bool
    going: bool
    """More may come. Neither whole nor going: reading was stopped, or failed."""
    today: date
    sharing: bool
    filled: tuple[int, int]
    """While it is shared: documents seen to, of how many."""
    archives: bool = False
    """Whether images can be fetched from an archive of the hospital."""
    documents: str = ""
    """How large the documents are, of what goes with a case at most; empty where there are none."""

    @property
    def view(self) -> RecordView:
        """Words of `record`, which may be long."""
        if self.record is None:
            return RecordView()
        stopped = not self.going
        return record_view(self.record, self.today, remarks=self.remarks, stopped=stopped)


@dataclass(frozen=True, slots=True)
class EntryProps:
    """How far it is to write into our own record; `done` as of `EmrEntering`."""

    running: bool
    problem: str
    done: int


@dataclass(frozen=True, slots=True)
class EmrSearchProps:
    """`proposed` is what to look for: the patient of the case."""

    consultation_id: UUID | None
    ours: bool
    """The record is kept on our own server, for want of a hospital's."""
    can_begin: bool
    """The patient of the case can be given a record there."""
    entry: EntryProps
    receives: bool
    """Whether HL7 v2 messages come in by themselves."""
    server: str
    proposed: str
    load: Load
    rows: tuple[TextRow, ...]
    asked: bool
    remark: str
    problem: str
    reading: ReadingProps | None
    sign_in: SignInAgain | None = None


@dataclass(frozen=True, slots=True)
class SharedLineProps:
    """What of a record goes with the case that is being written."""

    can_read: bool = False
    words: str = ""
    problem: str = ""
    can_remove: bool = False
    compare: str = ""
    """What somebody has to compare; `record_checked` of the case is `key` once they have."""
    key: str = ""
    compared: bool = False


def derive_emr_search(state: State, today: date) -> EmrSearchProps:
    emr, case = state.emr, state.case
    patient = case.content.patient if case is not None else None
    search, reading, ours = emr.search, emr.reading, emr.server.is_ours
    return EmrSearchProps(
        consultation_id=case.id if case is not None else None,
        ours=ours,
        can_begin=ours and patient is not None and _can_begin(patient),
        entry=derive_entry(emr),
        receives=state.intake.settings.hl7.on,
        server=server_words(emr.server),
        proposed=(patient.patient_id or patient.name) if patient else "",
        load=search.load,
        rows=tuple(_row(one, today) for one in search.found),
        asked=bool(search.words) or search.from_files,
        remark=_remark(search),
        problem=trouble_words(search.trouble, ours=ours) if search.trouble else "",
        reading=None if reading is None else _reading(reading, state, today),
        sign_in=derive_sign_in_again(emr),
    )


def _can_begin(patient: Patient) -> bool:
    return patient.complete and bool(patient.patient_id)


def server_words(server: EmrServer) -> str:
    """Where the record is kept."""
    if server.is_ours:
        return QCoreApplication.translate("emr", "This clinic's own record, on our server")
    return server.name or server.url


def derive_shared_line(state: State) -> SharedLineProps:
    """For the form: whoever writes a case reads at the hospital."""
    case, account = state.case, state.link.account
    if case is None or account is None or Role.REQUESTER not in account.roles:
        return SharedLineProps()
    told, waiting = case.consultation.record, case.id in state.emr.waiting
    draft = case.consultation.summary.status is Status.DRAFT
    editable = draft or Action.EDIT in case.consultation.allowed_actions
    translate = QCoreApplication.translate
    if waiting:
        words = translate("emr", "The record is kept here and goes with the case once online.")
    elif told is not None:
        counts = sum(one.count for one in told.counts if one.resource_type not in _NO_ENTRY)
        text = translate("emr", "{n} entries of the record go with the case. {shared}.")
        words = text.format(n=counts, shared=shared_words(told, own=_is_own(state, case)))
    else:
        words = ""
    shown = SharedLineProps(editable, words, "", editable and (waiting or told is not None))
    if told is None or waiting:
        return shown
    if compare := compare_words(owner_of_record(case.content, told)):
        key = record_key(case.content.patient, told.patient_name, told.patient_ids)
        done = case.content.record_checked == key
        return replace(shown, compare=compare, key=key, compared=done)
    problem = record_doubt(case, told)
    mend = translate("emr", "Mend the patient, or remove the record.")
    return replace(shown, problem=f"{problem}. {mend}" if problem else "")


def _is_own(state: State, case: Case) -> bool:
    """As the record itself says, once it has been read; until then as this computer reads them."""
    shared = state.emr.shared
    if shared is not None and shared.consultation_id == case.id and shared.record is not None:
        return shared.record.own
    return state.emr.server.is_ours


def _row(found: FoundPatient, today: date) -> TextRow:
    person = found.person
    name = next(iter(person.names), "") or QCoreApplication.translate("emr", "No name")
    other = next(iter(person.names[1:]), "") or pinyin(name).title()
    shown = f"{name} ({other})" if other else name
    numbers = "; ".join(masked_number(one) for one in person.identifiers[:3])
    cells = (shown, sex_words(person), born_words(person.birth_date, today), numbers)
    return TextRow(found.id, cells, "\n".join(cells))


def sex_words(person: PersonRead) -> str:
    try:
        return word(Sex(person.sex))
    except ValueError:
        return "?"


def _remark(search: EmrSearch) -> str:
    translate = QCoreApplication.translate
    names = Counter(next(iter(one.person.names), "") for one in search.found)
    same = any(count > 1 for name, count in names.items() if name)
    text = translate("emr", "⚠ Several have this name: compare date of birth and number.")
    said = [text] if same else []
    if search.more:
        said.append(translate("emr", "There are more: write more of the name, or the number."))
    if search.unread:
        text = translate("emr", "Could not be read: {n}")
        said.append(text.format(n=search.unread))
    return " ".join(said)


def _reading(reading: EmrReading, state: State, today: date) -> ReadingProps:
    case, coming = state.case, reading.coming
    gathered, record = reading.gathered, reading.record
    whole = record is not None
    seen = coming.gathered if coming is not None else gathered
    shown = coming.record if coming is not None else record
    stopped, compare = None, ""
    if case is not None and seen is not None and shown is not None:
        stopped = owner_trouble(case, seen, shown)
        compare = compare_words(owner_at_hospital(case, seen)) if whole else ""
    told = stopped or reading.trouble
    return ReadingProps(
        patient_id=reading.patient_id,
        consultation_id=case.id if case is not None else None,
        person=shortened(next(iter(reading.person.names), ""), NAME_SIGNS),
        who="" if record is None else person_words(record.person, today, NAME_SIGNS),
        done=reading.done,
        parts=reading.parts,
        problem=trouble_words(told, ours=state.emr.server.is_ours) if told else "",
        unwritten=derive_entry(state.emr).problem,
        can_share=whole and stopped is None and not reading.sharing,
        can_add=whole and stopped is None,
        correction=_correction(state, gathered),
        compare=compare,
        remarks=() if gathered is None else _irregular_words(gathered),
        choices=() if record is None else share_choices(record),
        record=shown,
        whole=whole,
        going=reading.going,
        today=today,
        sharing=reading.sharing,
        filled=reading.filled,
        archives=bool(state.intake.settings.pacs),
        documents=_documents(gathered),
    )


def _documents(gathered: Gathered | None) -> str:
    told = [] if gathered is None else gathered.resources
    documents = [one for one in told if has_contents(one)]
    if not documents:
        return ""
    size, most = sum(map(stated_bytes, documents)), byte_size(MAX_RECORD_BYTES)
    return f"{byte_size(size) if size else '?'}/{most}"


def share_choices(
    record: ClinicalRecord, since: date | None = None
) -> tuple[tuple[Section, str], ...]:
    """What can be shared, each with how many entries of it go along."""
    some = QCoreApplication.translate("emr", "{n} of {all}")
    return tuple(
        (section, f"{section_words(section)} ({some.format(n=n, all=all_) if n < all_ else n})")
        for section, (n, all_) in share_counts(record, since).items()
    )


def _correction(state: State, gathered: Gathered | None) -> str:
    if gathered is None or state.case is None or not state.emr.server.is_ours:
        return ""
    translate = QCoreApplication.translate
    names = {
        "name": translate("emr", "Name: {record} → {case}"),
        "sex": translate("emr", "Sex: {record} → {case}"),
        "birth_date": translate("emr", "Born: {record} → {case}"),
        "patient_id": translate("emr", "Number: {record} → {case}"),
    }
    sexes = {one.value: word(one) for one in Sex}
    return "\n".join(
        names[one.what].format(
            record=sexes.get(one.record, one.record) or "?", case=sexes.get(one.case, one.case)
        )
        for one in differences(state.case, gathered)
    )


def _irregular_words(gathered: Gathered) -> tuple[str, ...]:
    text = QCoreApplication.translate("emr", "Do not follow the standard: {n}")
    return (text.format(n=gathered.irregular),) if gathered.irregular else ()


def derive_entry(emr: Emr) -> EntryProps:
    told = emr.entering
    problem = trouble_words(told.trouble, ours=True) if told.trouble is not None else ""
    return EntryProps(told.running, problem, told.done)
