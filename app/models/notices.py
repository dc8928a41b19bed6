"""The words a person reads when something went wrong or well: cause, and what to do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from PySide6.QtCore import QCoreApplication

from app.models.absence import missed_words
from app.models.field_names import field_word, not_accepted_words
from app.models.identity_notices import identity_words
from app.models.image_reasons import left_out_words
from app.models.news import mdt_words, news_words
from app.models.recording_notices import recording_words
from app.models.signature_notices import signature_words
from app.models.times import clock, moment
from app.models.words import listed
from app.session.notices import Good, Late, News, Notice, NoticeCode, Severity, Trouble
from protocol.consultation import ConsultationSummary
from protocol.errors import ErrorCode


@dataclass(frozen=True, slots=True)
class NoticeProps:
    """`code` is for the help desk; success has none."""

    id: UUID
    severity: Severity
    text: str
    code: str
    consultation_id: UUID | None = None
    on_board: bool = False
    """It leads to the case on the dispatcher's board."""
    standing: bool = False
    """It stays until what it tells is done; `number` and `title` are for a notification."""
    number: str = ""
    title: str = ""


def standing(row: ConsultationSummary, severity: Severity, text: str, title: str) -> NoticeProps:
    """A notice about a case that stays until what it tells is done."""
    return NoticeProps(
        row.id, severity, text, "", row.id, standing=True, number=row.number, title=title
    )


def derive_notice(notice: Notice) -> NoticeProps:
    details = notice.details
    if notice.left_out:
        details = (*details, ("what", left_out_words(notice.left_out)))
    if notice.code is News.NO_SHOW_BY_CLOCK:
        details = (*details, ("what", missed_words(details)))
    text = words_for(notice.code, details)
    code = "" if isinstance(notice.code, Good | Late | News) else notice.code.value
    return NoticeProps(notice.id, notice.severity, text, code, notice.consultation_id)


def words_for(code: NoticeCode, details: tuple[tuple[str, str], ...] = ()) -> str:
    """One or two sentences; `details` fill in names, counts and times where they are known.

    Each may stand several times; `field` is one of the form that was not accepted.
    """
    if code is ErrorCode.VALIDATION_FAILED:
        return not_accepted_words(tuple(value for key, value in details if key == "field"))
    known = {"holder": "…", "since": "…", "count": "", "number": "", "what": "", "due": "…"}
    known |= {"when": "…", "problem": ""}
    told = [(name, _shown(code, name, value)) for name, value in details]
    known |= {name: listed(said for key, said in told if key == name) for name, _ in told}
    tables = {
        **_server_words(),
        **identity_words(),
        **_own_words(),
        **_good_words(),
        **_late_words(),
        **news_words(),
        **mdt_words(),
    }
    return tables[code].format(**known).strip()


def _shown(code: NoticeCode, name: str, value: str) -> str:
    """`due` is today, `when` any day, `problem` that of an archive; of `what` a case lacks the name
    in its form; others are words already."""
    if name == "problem":
        from app.models.intake_words import of_archive  # later than the sign-in window

        return of_archive(value)
    if name == "what" and code is ErrorCode.INCOMPLETE_CASE:
        return field_word(value) or value
    shown = {"due": clock, "when": moment}.get(name)
    return value if shown is None else shown(datetime.fromisoformat(value))


def _server_words() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        Trouble.CLOCK_SLOW: translate(
            "notices",
            "The clock of this computer is {count} min slow. Times shown here follow the "
            "server; have the clock set.",
        ),
        Trouble.CLOCK_FAST: translate(
            "notices",
            "The clock of this computer is {count} min fast. Times shown here follow the "
            "server; have the clock set.",
        ),
        ErrorCode.NOT_FOUND: translate(
            "notices", "It is not here, or no longer yours to see. Read the list again (F5)."
        ),
        ErrorCode.CONFLICT: translate(
            "notices", "Somebody changed this meanwhile. Read it again (F5)."
        ),
        ErrorCode.ROTA_OVERLAP: translate(
            "notices",
            "{holder} is already on the rota then ({what}, from {since}). Change that entry, or "
            "choose another time.",
        ),
        ErrorCode.STALE_VERSION: translate(
            "notices", "The case was changed elsewhere. Your text is kept; compare and save again."
        ),
        ErrorCode.STALE_FENCE: translate(
            "notices",
            "{holder} holds this case now, so nothing was changed. Your text is kept on this "
            "computer.",
        ),
        ErrorCode.CLAIM_LOST: translate(
            "notices", "{holder} was a moment faster and has the case."
        ),
        ErrorCode.RINGS_ANOTHER: translate(
            "notices",
            "The case is kept for another expert, whom it rings or will ring. It is open to you "
            "when it rings you, or when they do not take it and the department lets everybody "
            "take cases.",
        ),
        ErrorCode.DISPATCHERS_ASSIGN: translate(
            "notices",
            "Dispatchers say who takes the cases of this department. It rings you when they choose "
            "you; you need not do anything.",
        ),
        ErrorCode.NOT_YOUR_TURN: translate(
            "notices",
            "Another case of this department is before it in the queue. Take that one, or pass it "
            "over with a reason; the list shows it after F5.",
        ),
        ErrorCode.TRANSITION_REFUSED: translate(
            "notices", "This cannot be done in the case's present state. Read it again (F5)."
        ),
        ErrorCode.INCOMPLETE_CASE: translate("notices", "The case still needs: {what}"),
        ErrorCode.STUDY_UNVERIFIED: translate(
            "notices",
            "Not all images have arrived unharmed yet. The case can be submitted when they have.",
        ),
        ErrorCode.IMAGES_ARRIVING: translate(
            "notices",
            "Late images are on their way, so nothing was signed. Wait for them, or choose “Go on "
            "without late images” in the case's actions.",
        ),
        ErrorCode.IMAGES_DOUBTED: translate(
            "notices",
            "Late images may be another patient's, so nothing was signed. Compare, then choose "
            "“The late images belong here” or “Go on without late images” in the case's actions.",
        ),
        ErrorCode.INSTANCE_CONFLICT: translate(
            "notices",
            "The server already has another image under the same number. Ask hospital IT.",
        ),
        ErrorCode.NOT_DICOM: translate("notices", "A file is not a DICOM image and was left out."),
        ErrorCode.HASH_MISMATCH: translate(
            "notices", "An image arrived damaged; it is sent again."
        ),
        ErrorCode.NOT_ACCEPTABLE: translate(
            "notices", "The server cannot give the image in this form."
        ),
        ErrorCode.UNSUPPORTED_MEDIA_TYPE: translate(
            "notices", "Client and server do not understand each other. Update the client."
        ),
        ErrorCode.SIGNATURE_INVALID: translate(
            "notices", "The signature does not fit the report. Nothing was signed; try again."
        ),
        ErrorCode.INVITATION_INVALID: translate(
            "notices", "This invitation was used already or has run out. Ask for a new one."
        ),
        ErrorCode.CONSENT_REQUIRED: translate(
            "notices", "The guest has not agreed to the words in force. Open the invitation again."
        ),
        ErrorCode.REVIEW_NEEDED: translate(
            "notices",
            "Reports of this department need a second signature. Ask for the review in the case "
            "actions, and sign when the draft is approved.",
        ),
        ErrorCode.BIRTH_DATE_WRONG: translate(
            "notices", "This is not the patient's date of birth. Check it and try again."
        ),
        ErrorCode.CALL_NOT_RUNNING: translate("notices", "The call has ended."),
        ErrorCode.SCREEN_SHARING_OFF: translate(
            "notices",
            "Your organisation does not allow screens to be shared; a capture device can be.",
        ),
        ErrorCode.NOT_A_MEMBER: translate("notices", "You do not take part in this case."),
        ErrorCode.MALFORMED_MESSAGE: translate(
            "notices", "Client and server do not understand each other. Update the client."
        ),
        ErrorCode.TOO_LARGE: translate("notices", "That is too large for the server."),
        ErrorCode.NO_ROOM: translate(
            "notices", "The server's disk is full. Nothing is lost; tell the help desk."
        ),
        ErrorCode.UNAVAILABLE: translate(
            "notices", "The server is busy or being maintained. Your work is kept; try again soon."
        ),
        ErrorCode.DAMAGED: translate(
            "notices",
            "What the server keeps of this is damaged, and nothing of it is shown. Tell hospital "
            "IT: it can be restored from a backup.",
        ),
        ErrorCode.SERVER_ERROR: translate(
            "notices", "The server failed. Your work is kept; try again, then tell the help desk."
        ),
    }


def _own_words() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        Trouble.SERVER_UNREACHABLE: translate(
            "notices",
            "The server cannot be reached. Check the network; what you write is kept on this "
            "computer and sent later.",
        ),
        Trouble.SERVER_UNTRUSTED: translate(
            "notices", "The server's certificate is not trusted. Nothing was sent to it. {what}"
        ),
        Trouble.SERVER_CHANGED_CA: translate(
            "notices",
            "The server shows another certificate than before. Do not sign in; ask hospital IT.",
        ),
        Trouble.TIMED_OUT: translate("notices", "The server did not answer in time. Try again."),
        Trouble.ANSWER_NOT_UNDERSTOOD: translate(
            "notices", "The server's answer was not understood. Update the client."
        ),
        Trouble.KEY_USED: translate(
            "notices",
            "Nothing was done: the program sent this under the number of something it did before. "
            "Try again; it goes out under a new number.",
        ),
        Trouble.FILES_UNREADABLE: translate(
            "notices",
            "Files left out, because they are not usable images: {count}. {what}",
        ),
        Trouble.NO_IMAGES_FOUND: translate("notices", "No DICOM images were found there."),
        **signature_words(),
        Trouble.MEDIA_STOPPED: translate(
            "notices", "The call program stopped and was started again; the call is rejoined."
        ),
        Trouble.CALL_NOT_OURS: translate(
            "notices",
            "You have left the call: its case has gone to somebody else, or is over.",
        ),
        Trouble.TRANSFER_STOPPED: translate(
            "notices", "The transfer program stopped and was started again; nothing is lost."
        ),
        Trouble.TRANSFER_GIVEN_UP: translate(
            "notices",
            "The transfer program stopped several times and is not running: no image moves now. "
            "What was to be sent is kept. Add images again or restart the program to go on; if it "
            "stops again, tell hospital IT.",
        ),
        Trouble.CASE_TAKES_NO_IMAGES: translate(
            "notices",
            "{number} takes no more images: its report is signed or it has ended. Nothing was "
            "added. Send them with a new case, or ask the expert for an amendment.",
        ),
        Trouble.SHARE_ENDED: translate(
            "notices",
            "The others do not see what you shared any more. Share it again if it is needed.",
        ),
        Trouble.NO_CAMERA: translate(
            "notices", "No camera was found; a generated picture is sent instead."
        ),
        Trouble.WRONG_PASSPHRASE: translate(
            "notices", "This is not the passphrase of the key file. Check capitals and try again."
        ),
        Trouble.STORE_KEY_LOST: translate(
            "notices",
            "Drafts on this computer cannot be opened: their key is missing. Cases on the server "
            "are not affected.",
        ),
        Trouble.DISK_FULL: translate("notices", "The disk is full. Make room, then try again."),
        Trouble.EXPORT_IN_MEMORY: translate(
            "notices", "Your export is noted in memory only: stay signed in until it is sent."
        ),
        **recording_words(),
        Trouble.UNEXPECTED: translate(
            "notices", "Something unexpected happened. Your work is kept; tell the help desk."
        ),
    }


def _good_words() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        Good.CASE_SUBMITTED: translate(
            "notices", "{number} was submitted; experts are being rung."
        ),
        Good.INFORMATION_SENT: translate(
            "notices", "What was asked for went out with {number}; the expert has it again."
        ),
        Good.DRAFT_RESTORED: translate("notices", "What you wrote last time was restored."),
        Good.DRAFT_MERGED: translate(
            "notices",
            "This case was also changed on another computer. Both texts stand below each other: "
            "read them before you submit.",
        ),
        Good.CASE_IN_LIBRARY: translate("notices", "A case was added to the library."),
        Good.CALL_WAITING: translate("notices", "{holder} is calling in the case {number}."),
        Good.RECORDING_SENT: translate(
            "notices", "A recording is complete on the server; nothing of it is left here."
        ),
        Good.PASSWORD_CHANGED: translate("notices", "Your password was changed."),
        **_dispatch_words(),
    }


def _dispatch_words() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        Good.EXPERT_RUNG: translate("notices", "{holder} is being rung for {number}."),
        Good.EXPERT_ASSIGNED: translate(
            "notices", "{number} was assigned to {holder}, who is being rung."
        ),
        Good.CASE_TAKEN_BACK: translate(
            "notices", "{number} was taken back from {holder} and waits for an expert again."
        ),
        Good.CASE_ESCALATED: translate(
            "notices", "{number} is with the dispatchers now; it rings nobody by itself."
        ),
        Good.WEEK_COPIED: translate("notices", "The week was copied; this is the new one."),
        Good.CONTACT_KEPT: translate("notices", "Mail address and telephone number are saved."),
        Good.CASE_REJECTED: translate("notices", "{number} was rejected; the clinic is told."),
    }


def _late_words() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        Late.ACCEPT_SOON: translate("notices", "{number} must be taken by {due}."),
        Late.ACCEPT_OVERDUE: translate(
            "notices", "Nobody has taken {number} by {due}. More experts are asked now."
        ),
        Late.START_SOON: translate("notices", "Reading {number} must begin by {due}."),
        Late.START_OVERDUE: translate(
            "notices", "Reading {number} should have begun by {due}. Begin, or hand the case over."
        ),
        Late.REPORT_SOON: translate("notices", "The report of {number} must be signed by {due}."),
        Late.IDLE_SOON: translate(
            "notices",
            "Nobody works on {number}: it is suspended at {due} and stays yours. Touch a key or "
            "the mouse to go on.",
        ),
        Late.ON_CALL_NOT_TOLD: translate(
            "notices",
            "{holder} is on call but could not be told of {number}. Telephone them yourself; the "
            "board says why.",
        ),
        Late.FINDING_NOT_TOLD: translate(
            "notices",
            "{holder} could not be told of the critical finding in {number} by mail or text "
            "message. Telephone them; the board says why.",
        ),
        Late.REPORT_OVERDUE: translate(
            "notices", "The report of {number} should have been signed by {due}."
        ),
    }
