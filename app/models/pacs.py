"""Searching the hospital's archives: what was found, and how far what is being fetched is."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.intake_words import date_words, person_words, problem_words, sex_words
from app.models.table import TextRow
from app.models.times import byte_size, duration
from app.net.studies import FoundStudy
from app.session.intake import PacsSearch
from app.session.queue import Load
from app.session.state import State
from app.transfer.intake_messages import RetrieveProgress
from protocol.readings import has_characters, spelled


@dataclass(frozen=True, slots=True)
class RetrieveProps:
    """One study on its way; `percent` is -1 where nobody knows how many images there are."""

    study_instance_uid: str
    title: str
    line: str
    percent: int
    look: str
    running: bool


@dataclass(frozen=True, slots=True)
class PacsProps:
    archives: tuple[tuple[UUID, str], ...]
    load: Load
    asked: bool
    rows: tuple[TextRow, ...]
    images: dict[str, int | None]
    """By Study Instance UID, as the archive says."""
    searched: UUID | None
    """The archive that the rows are of."""
    remark: str
    problem: str
    retrieves: tuple[RetrieveProps, ...]
    hint: str = ""
    """What to try when nothing was found; empty for the usual words."""
    pinyin: str = ""
    """The name to search for instead, as it is most often read."""
    sought: str = ""
    """The study that all archives are asked for."""


def pacs_columns() -> tuple[str, ...]:
    translate = QCoreApplication.translate
    return (
        translate("pacs", "Patient"),
        translate("pacs", "ID"),
        translate("pacs", "Born"),
        translate("pacs", "Sex"),
        translate("pacs", "Study date"),
        translate("pacs", "Kind"),
        translate("pacs", "Description"),
        translate("pacs", "Accession no."),
        translate("pacs", "Images"),
    )


def derive_pacs(state: State) -> PacsProps:
    intake = state.intake
    search = intake.search
    hint, pinyin = _by_characters(search)
    names = {one.id: one.name for one in intake.settings.pacs}
    titles = {one.study_instance_uid: _title(one) for one in search.studies}
    titles |= {
        row.study_instance_uid: " · ".join(
            part for part in (person_words(row.patients[0].name), row.description) if part
        )
        for row in intake.studies
        if row.patients
    }
    return PacsProps(
        archives=tuple((one.id, one.name) for one in intake.settings.pacs),
        load=search.load,
        asked=search.asked,
        rows=tuple(_row(one) for one in search.studies),
        images={one.study_instance_uid: one.images for one in search.studies},
        searched=search.pacs_id,
        remark=_remark(search, names),
        problem=_problem(search, names),
        retrieves=tuple(_retrieve(one, titles) for one in reversed(intake.retrieves)),
        hint=_not_anywhere() if search.sought else hint,
        pinyin=pinyin,
        sought=search.sought,
    )


def _not_anywhere() -> str:
    return QCoreApplication.translate("pacs", "No archive of the settings has this study.")


def _problem(search: PacsSearch, names: dict[UUID, str]) -> str:
    """Why there is no answer; of several archives, those that gave none."""
    if not search.silent:
        return problem_words(search.problem, search.status)
    told = (f"{names.get(one, '?')}: {problem_words(why)}" for one, why in search.silent)
    return "\n".join((*told, *(() if len(search.silent) == len(names) else (_others(),))))


def _others() -> str:
    return QCoreApplication.translate("pacs", "The other archives do not have this study.")


def _by_characters(search: PacsSearch) -> tuple[str, str]:
    """An archive that does not know a character set answers nothing, and says nothing of it."""
    nothing = search.asked and search.load is Load.READY and not search.studies
    if not nothing or not has_characters(search.name):
        return "", ""
    translate, pinyin = QCoreApplication.translate, spelled(search.name)
    if not pinyin:
        words = translate(
            "pacs",
            "Nothing was found under these Chinese characters. Not every archive matches them: "
            "search by pinyin or by ID.",
        )
        return words, ""
    words = translate(
        "pacs",
        "Nothing was found under these Chinese characters. Not every archive matches them: "
        "search by pinyin, “{pinyin}”.",
    )
    return words.format(pinyin=pinyin), pinyin


def _title(found: FoundStudy) -> str:
    parts = (person_words(found.patient_name), found.modalities, found.description)
    return " · ".join(part for part in parts if part)


def _row(found: FoundStudy) -> TextRow:
    return TextRow(
        key=found.study_instance_uid,
        cells=(
            person_words(found.patient_name),
            found.patient_id,
            date_words(found.birth_date),
            sex_words(found.sex),
            date_words(found.study_date),
            found.modalities,
            found.description,
            found.accession_number,
            "" if found.images is None else str(found.images),
        ),
    )


def _remark(search: PacsSearch, names: dict[UUID, str]) -> str:
    translate = QCoreApplication.translate
    said = []
    if search.sought and search.pacs_id is not None:
        text = translate("pacs", "Found in {archive}")
        said.append(text.format(archive=names.get(search.pacs_id, "?")))
    elif search.asking:
        text = translate("pacs", "{n} archives are being asked for this study…")
        said.append(text.format(n=len(search.asking)))
    if search.asked and search.load is Load.READY and search.studies:
        said.append(translate("pacs", "Studies found: {n}").format(n=len(search.studies)))
    if search.limited:
        said.append(translate("pacs", "There are more: narrow the search."))
    if search.unread:
        text = translate("pacs", "{n} answers of the archive named no study and are not shown.")
        said.append(text.format(n=search.unread))
    return " · ".join(said)


def _retrieve(one: RetrieveProgress, titles: dict[str, str]) -> RetrieveProps:
    whole = _is_whole(one)
    percent = 100 * one.arrived // one.expected if one.expected else -1
    if not one.ended:
        look = "neutral"
    elif one.problem is not None and not one.arrived:
        look = "error"
    else:
        look = "good" if whole else "warning"
    return RetrieveProps(
        study_instance_uid=one.study_instance_uid,
        title=titles.get(one.study_instance_uid, "") or QCoreApplication.translate("pacs", "Study"),
        line=_line(one, whole=whole),
        percent=100 if one.ended and whole else min(percent, 100),
        look=look,
        running=not one.ended,
    )


def _is_whole(one: RetrieveProgress) -> bool:
    """Never when some could not be delivered, whatever was in the inbox before."""
    clean = one.problem is None and not one.failed
    return clean and one.expected is not None and one.arrived >= one.expected


def _line(one: RetrieveProgress, *, whole: bool) -> str:
    translate = QCoreApplication.translate
    if one.expected is None:
        count = translate("pacs", "{n} images").format(n=one.arrived)
    else:
        text = translate("pacs", "{n} of {total} images")
        count = text.format(n=one.arrived, total=one.expected)
    if not one.ended:
        speed = f"{byte_size(one.bytes_per_second)}/s" if one.bytes_per_second else ""
        left = ""
        if one.seconds_left is not None and one.seconds_left >= 1:
            text = translate("fetching", "{time} left")
            left = text.format(time=duration(timedelta(seconds=round(one.seconds_left))))
        return " · ".join(part for part in (count, speed, left) if part)
    if whole:
        text = translate("pacs", "Complete: {n} images are in the inbox")
        return text.format(n=one.arrived)
    said = [count, problem_words(one.problem, one.status)]
    if one.stopped:
        said[1:1] = [translate("pacs", "Stopped")]
    elif one.problem is None and one.expected is not None:
        said.append(
            translate(
                "pacs",
                "Incomplete: the archive did not deliver all. What came can be used and is "
                "marked; fetch it again for the rest.",
            )
        )
    elif one.problem is None:
        said.append(translate("pacs", "The archive does not say how many there should be."))
    return " · ".join(part for part in said if part)
