"""What of a case is not yet in the hospital's record: why, and what can be done about it."""

from PySide6.QtCore import QCoreApplication

from app.models.case_strip import StripLine, StripStep
from app.models.emr_troubles import trouble_words
from app.models.times import clock
from app.net.emr.writes import WriteFault
from app.session.case import Case
from app.session.emr_writes import CaseWrites, WriteTrouble
from app.session.state import State


def writes_lines(case: Case, state: State) -> tuple[StripLine, ...]:
    """Of the open case; none where everything is there, or nothing is to be written."""
    told = (one for one in state.emr_writes if one.consultation_id == case.id)
    return tuple(_line(one, ours=state.emr.server.is_ours) for one in told)


def _line(told: CaseWrites, *, ours: bool) -> StripLine:
    translate = QCoreApplication.translate
    hospitals = translate("emr_writes", "Hospital record: {done} of {n} parts are written.")
    clinics = translate("emr_writes", "Clinic's own record: {done} of {n} parts are written.")
    head = (clinics if ours else hospitals).format(done=told.done, n=told.of)
    if told.sending:
        writing = translate("emr_writes", "Writing…")
        return StripLine(f"{head} {writing}", "info")
    if told.fault is not None:
        return StripLine(f"{head} {fault_words(told.fault)}", "warning", step=_step(told))
    if told.troubles:
        items = tuple(_trouble_words(one) for one in told.troubles)
        return StripLine(head, "warning", items, _step(told))
    return StripLine(f"{head} {_waiting(told, ours=ours)}", "info", step=StripStep.WRITE_AGAIN)


def _waiting(told: CaseWrites, *, ours: bool) -> str:
    translate = QCoreApplication.translate
    if told.trouble is None:
        return translate("emr_writes", "The rest waits.")
    words = trouble_words(told.trouble, ours=ours)
    if told.next_at is None:
        return words
    text = translate("emr_writes", "{why} Next try {time}.")
    return text.format(why=words, time=clock(told.next_at))


def _step(told: CaseWrites) -> StripStep:
    patients = (
        WriteFault.NO_PATIENT,
        WriteFault.SEVERAL_PATIENTS,
        WriteFault.ANOTHER_PATIENT,
    )
    if told.fault in patients:
        return StripStep.WRITE_PATIENT
    if told.fault is WriteFault.OTHER_SERVER:
        return StripStep.WRITE_LEAVE
    gone = any(one.status in (404, 410) for one in told.troubles)
    changed = any(one.fault is WriteFault.CHANGED_THERE for one in told.troubles)
    return StripStep.WRITE_OVER if changed or gone else StripStep.WRITE_REFUSED


def fault_words(fault: WriteFault) -> str:
    """What is wrong, and what somebody can do."""
    translate = QCoreApplication.translate
    return {
        WriteFault.NO_PATIENT: translate(
            "emr_writes",
            "The hospital knows no patient of this number. Write the number the patient has there.",
        ),
        WriteFault.SEVERAL_PATIENTS: translate(
            "emr_writes",
            "Several patients of the hospital have this number. Write another number of the "
            "patient.",
        ),
        WriteFault.ANOTHER_PATIENT: translate(
            "emr_writes",
            "The hospital's patient of this number is somebody else: name, sex or date of birth "
            "differ. Nothing is written. Check the number.",
        ),
        WriteFault.REFUSED: translate("emr_writes", "The hospital's server refuses it."),
        WriteFault.CHANGED_THERE: translate(
            "emr_writes", "It was changed at the hospital since we wrote it."
        ),
        WriteFault.SEVERAL_THERE: translate(
            "emr_writes", "It is there more than once. Ask hospital IT to remove the doubles."
        ),
        WriteFault.UNSEARCHABLE: translate(
            "emr_writes",
            "Whether it is there already cannot be seen: the server does not search by our "
            "numbers. Ask hospital IT, then try again.",
        ),
        WriteFault.OTHER_SERVER: translate(
            "emr_writes",
            "The rest was meant for another server than the settings name now. Set that one up "
            "again, or leave it.",
        ),
        WriteFault.REPORT_DOUBTFUL: translate(
            "emr_writes",
            "The report's signature does not fit: it is not handed on. Tell IT.",
        ),
    }[fault]


def _trouble_words(one: WriteTrouble) -> str:
    translate = QCoreApplication.translate
    text = translate("emr_writes", "{what}: {why}")
    words = text.format(what=kind_words(one.kind), why=fault_words(one.fault))
    said = translate("emr", "The server says: {words}")
    told = one.said or (str(one.status) if one.status else "")
    return f"{words} {said.format(words=told)}" if told else words


def kind_words(kind: str) -> str:
    """A resource type as people call it."""
    translate = QCoreApplication.translate
    return {
        "ServiceRequest": translate("emr_writes", "Request"),
        "Task": translate("emr_writes", "Task"),
        "Appointment": translate("emr_writes", "Appointment"),
        "Encounter": translate("emr_writes", "Visit"),
        "DiagnosticReport": translate("emr_writes", "Report"),
        "Observation": translate("emr_writes", "Structured finding"),
        "Consent": translate("emr_writes", "Consent"),
        "Provenance": translate("emr_writes", "Origin"),
    }.get(kind, kind)


def unwritten_words(state: State) -> str:
    """For the status line; empty where nothing waits."""
    if not state.emr_writes:
        return ""
    translate = QCoreApplication.translate
    if any(one.mends for one in state.emr_writes):
        text = translate("emr_writes", "Hospital record: cases to be looked at: {n}")
        return text.format(n=sum(one.mends for one in state.emr_writes))
    text = translate("emr_writes", "Hospital record: cases that wait: {n}")
    return text.format(n=len(state.emr_writes))
