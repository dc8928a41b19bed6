"""The words for what others did to a case, and for an appointment that has come."""

from PySide6.QtCore import QCoreApplication

from app.session.notices import News, NoticeCode
from protocol.errors import ErrorCode


def news_words() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        News.INFORMATION_WANTED: translate(
            "notices", "{holder} asks for more about {number}: {what}. Open the case and answer."
        ),
        News.INFORMATION_CAME: translate(
            "notices", "The clinic answered what you asked for in {number}. What is new is marked."
        ),
        News.INFORMATION_ASKED: translate(
            "notices",
            "The clinic was asked about {number}. The clocks stand still until it answers.",
        ),
        News.LATE_IMAGES: translate(
            "notices",
            "The clinic adds late images to {number} ({what}). They are counted above the case.",
        ),
        News.HAND_OVER_ASKED: translate(
            "notices", "{holder} is being rung for {number}. You keep the case until they accept."
        ),
        News.HAND_OVER_DECLINED: translate(
            "notices", "{holder} did not take over {number}: {what}. You still hold the case."
        ),
        News.HAND_OVER_UNANSWERED: translate(
            "notices", "Nobody answered the hand-over of {number}. You still hold the case."
        ),
        News.HANDED_OVER: translate("notices", "{holder} has taken over {number}."),
        News.APPOINTMENT_MADE: translate(
            "notices", "{holder} made an appointment for {number}: {when}."
        ),
        News.APPOINTMENT_NOW: translate(
            "notices", "It is time for the appointment of {number} ({when}). Open it and call."
        ),
        News.NO_SHOW_RECORDED: translate(
            "notices", "{holder} recorded for {number} that somebody did not come: {what}"
        ),
        News.NO_SHOW_BY_CLOCK: translate("notices", "{number}: an appointment was missed. {what}"),
        News.CASE_SUSPENDED: translate(
            "notices", "{number} is suspended. Open it to go on where you were."
        ),
        News.ABORT_WANTED: translate(
            "notices", "{holder} asks to end {number}: {what}. Open the case; agree or refuse."
        ),
        News.ABORT_REFUSED: translate("notices", "{holder} does not agree to end {number}: {what}"),
        News.FINDING_READ_BACK: translate(
            "notices", "{holder} read back the critical finding of {number}: {what}"
        ),
        News.SECOND_OPINION_ASKED: translate(
            "notices",
            "Another expert is being looked for. The second opinion on {number} is a case of its "
            "own in the clinic's list.",
        ),
        News.SECOND_OPINION_WANTED: translate(
            "notices", "{holder} asked for a second opinion on {number}: {what}"
        ),
        News.SECOND_OPINION_SIGNED: translate(
            "notices",
            "The second opinion on {number} is signed. Open the case and compare both reports.",
        ),
        News.MDT_ASKED: translate(
            "notices",
            "The experts of the MDT on {number} are being looked for. Each opinion is a case of "
            "its own in the clinic's list.",
        ),
        News.MDT_WANTED: translate(
            "notices", "{holder} asked for an MDT on {number}: {what}. You chair it."
        ),
        News.MDT_COMPLETE: translate(
            "notices", "All opinions of the MDT on {number} are signed. Open the case to see them."
        ),
        News.MDT_CLOSED: translate(
            "notices", "{holder} goes on with the MDT on {number} without who is missing: {what}"
        ),
        News.MDT_ENDED: translate(
            "notices", "Your opinion on {number} is needed no longer: {what}"
        ),
        News.AGREEMENT_ENDED: translate(
            "notices",
            "The agreement between the two houses of {number} has ended. This case goes on; new "
            "ones need another agreement.",
        ),
        News.GLASS_BROKEN: translate(
            "notices",
            "{holder} takes no part in {number} and opened it in an emergency: {what}. Ask "
            "security if this is not right.",
        ),
        News.EMERGENCY_OPENED: translate(
            "notices",
            "{holder} opened {number} in an emergency: {what}. Find out whether it was one.",
        ),
        News.EMERGENCY_OVER: translate(
            "notices",
            "The time of the emergency access to {number} is over, and the case was closed.",
        ),
        News.CASE_ABORTED: translate("notices", "{number} was ended early by {holder}."),
    }


def mdt_words() -> dict[NoticeCode, str]:
    """Why minutes were not signed."""
    translate = QCoreApplication.translate
    return {
        ErrorCode.OPINIONS_MISSING: translate(
            "notices",
            "Not all opinions of the MDT are signed, so the minutes were not. Wait for them, or "
            "choose “Go on without the missing opinions” in the case's actions.",
        ),
        ErrorCode.OPINIONS_CHANGED: translate(
            "notices",
            "An opinion of the MDT was signed again meanwhile, so the minutes were not. Read it, "
            "then sign.",
        ),
    }
