"""The settings of intake as a form: texts become settings, or a sentence says what is wrong."""

from dataclasses import dataclass
from uuid import UUID

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication

from app.models.hl7_settings import hl7_words
from app.models.inbox import listening_words, no_key_words, warning_words
from app.models.intake_words import problem_words
from app.session.link import KeyPlace
from app.session.state import State
from app.store.intake_settings import (
    AfterTaking,
    Caller,
    Charset,
    IntakeSettings,
    Pacs,
    PacsKind,
    Receiver,
    Retrieve,
    Watched,
)
from app.transfer.intake_messages import ArchiveTold

__all__ = [
    "AfterTaking",
    "Charset",
    "IntakeSettings",
    "Pacs",
    "PacsKind",
    "Retrieve",
    "Watched",
]


@dataclass(frozen=True, slots=True)
class IntakeFormProps:
    """`test` is the archive that was asked, and how it ended; empty words while it runs."""

    settings: IntakeSettings
    state: str
    test: tuple[UUID, str, bool] | None
    hl7: str = ""
    """What the receiver of HL7 messages does now."""
    waiting: str = ""
    """Reports that an archive has not taken yet, and why."""


def derive_intake_form(state: State) -> IntakeFormProps:
    intake = state.intake
    test = intake.test
    told = None
    if test is not None:
        translate = QCoreApplication.translate
        if test.ended is None:
            words, good = translate("intake_settings", "Asking…"), True
        elif test.ended.problem is None:
            words, good = translate("intake_settings", "It answers."), True
        else:
            words, good = problem_words(test.ended.problem, test.ended.status), False
        told = (test.pacs_id, words, good)
    memory_only = state.link.key_place is KeyPlace.MEMORY and not intake.settings.receiver.on
    at_work = intake.state.listening or intake.state.watching
    parts = (
        "" if memory_only and not at_work else listening_words(intake),  # it cannot be switched on
        no_key_words() if memory_only else "",
        warning_words(state),
    )
    said = "\n".join(part for part in parts if part)
    waiting = "\n".join(_waiting(one) for one in intake.to_archive)
    return IntakeFormProps(intake.settings, said, told, hl7_words(state), waiting)


def _waiting(told: ArchiveTold) -> str:
    text = QCoreApplication.translate(
        "intake_settings", "The report of {number} waits for {archive}. {problem}"
    )
    problem = problem_words(told.problem, told.status)
    return text.format(number=told.entry.number, archive=told.archive, problem=problem)


def callers_text(callers: tuple[Caller, ...]) -> str:
    """CT01@10.1.2.3:104; US02"""
    return "; ".join(_caller_text(one) for one in callers)


def _caller_text(caller: Caller) -> str:
    where = f"@{caller.host}" if caller.host else ""
    port = f":{caller.port}" if caller.port else ""
    return f"{caller.ae_title}{where or ('@' if port else '')}{port}"


def callers_of(typed: str) -> tuple[tuple[Caller, ...], str]:
    """The devices of a line, and what is wrong with it."""
    callers = []
    for part in (one.strip() for one in typed.replace("；", ";").replace(",", ";").split(";")):
        if not part:
            continue
        title, _, where = part.partition("@")
        host, port = where, 0
        if ":" in where and where.count(":") == 1:
            host, _, digits = where.partition(":")
            port = int(digits) if digits.isdigit() else -1
        try:
            callers.append(Caller(ae_title=title.strip(), host=host.strip(), port=port))
        except ValidationError:
            text = QCoreApplication.translate(
                "intake_settings", "“{part}” is no device: write AETITLE, @address or both."
            )
            return (), text.format(part=part)
    return tuple(callers), ""


def receiver_of(
    *,
    on: bool,
    ae_title: str,
    port: int,
    address: str,
    callers: tuple[Caller, ...],
    admit_unknown: bool,
    worklist: bool,
    charset: Charset,
) -> tuple[Receiver | None, dict[str, str]]:
    """The receiver, or what is wrong by the name of the field."""
    try:
        made = Receiver(
            on=on,
            ae_title=ae_title,
            port=port,
            address=address,
            callers=callers,
            admit_unknown=admit_unknown,
            worklist=worklist,
            worklist_charset=charset,
        )
    except ValidationError as error:
        return None, {str(one["loc"][0]): _wrong(str(one["loc"][0])) for one in error.errors()}
    return made, {}


def pacs_of(values: dict[str, object]) -> tuple[Pacs | None, dict[str, str]]:
    """An archive of the form's values, or what is wrong by the name of the field."""
    wrong = {}
    if not str(values["name"]).strip():
        wrong["name"] = _wrong("name")
    if values["kind"] is PacsKind.DICOMWEB:
        if not str(values["url"]).startswith(("http://", "https://")):
            wrong["url"] = _wrong("url")
    else:
        wrong |= {name: _wrong(name) for name in ("ae_title", "host") if not values[name]}
    if wrong:
        return None, wrong
    try:
        return Pacs.model_validate(values), {}
    except ValidationError as error:
        return None, {str(one["loc"][0]): _wrong(str(one["loc"][0])) for one in error.errors()}


def _wrong(field: str) -> str:
    translate = QCoreApplication.translate
    words = {
        "ae_title": translate("intake_settings", "1 to 16 Latin letters, digits or signs."),
        "address": translate("intake_settings", "An address of this computer, as 10.1.2.3."),
        "host": translate("intake_settings", "The name or address of the archive's computer."),
        "name": translate("intake_settings", "How the archive is called here."),
        "url": translate("intake_settings", "Begins with https:// and ends before /studies."),
    }
    return words.get(field, translate("intake_settings", "This cannot be."))
