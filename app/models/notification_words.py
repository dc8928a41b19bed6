"""The words for each thing that is told, and for what one filters by."""

from PySide6.QtCore import QCoreApplication

from protocol.notification import NotificationCode as Code
from protocol.notification import NotificationKind


def kind_words() -> dict[NotificationKind, str]:
    translate = QCoreApplication.translate
    return {
        NotificationKind.OFFER: translate("notifications", "Cases that rang"),
        NotificationKind.FINDING: translate("notifications", "Critical findings"),
        NotificationKind.CLOCK: translate("notifications", "Clocks"),
        NotificationKind.HAND_OVER: translate("notifications", "Hand-overs and returns"),
        NotificationKind.INFORMATION: translate("notifications", "Questions, answers, images"),
        NotificationKind.CALL: translate("notifications", "Calls"),
        NotificationKind.APPOINTMENT: translate("notifications", "Appointments"),
        NotificationKind.OPINION: translate("notifications", "Second opinions and MDTs"),
        NotificationKind.REPORT: translate("notifications", "Reports"),
        NotificationKind.CASE: translate("notifications", "What became of cases"),
        NotificationKind.SECURITY: translate("notifications", "Security"),
    }


def notification_words() -> dict[Code, str]:
    """`{by}` is who did it, `{due}` a time, `{clock}` which clock."""
    return {**_of_the_queue(), **_of_the_work(), **_of_opinions_and_reports()}


def _of_the_queue() -> dict[Code, str]:
    translate = QCoreApplication.translate
    return {
        Code.OFFERED: translate("notifications", "A case rings you until {due}"),
        Code.OFFER_MISSED: translate("notifications", "A case rang you and was not answered"),
        Code.CLOCK_RUNS: translate("notifications", "{clock} ends at {due}"),
        Code.CLOCK_OVER: translate("notifications", "{clock} ran out at {due}"),
        Code.ON_CALL_NOT_TOLD: translate(
            "notifications", "{by} is on call and could not be told: ring them"
        ),
        Code.GIVEN_BACK: translate(
            "notifications", "The case waits for an expert again (given back by {by})"
        ),
        Code.TAKEN_FROM_YOU: translate(
            "notifications", "You hold the case no longer (taken back by {by})"
        ),
        Code.HANDED_OVER: translate("notifications", "{by} has taken the case over from you"),
        Code.HAND_OVER_DECLINED: translate(
            "notifications", "{by} did not take the case over: you still hold it"
        ),
        Code.HAND_OVER_UNANSWERED: translate(
            "notifications", "Nobody answered the hand-over: you still hold the case"
        ),
        Code.TAKEN: translate("notifications", "{by} has taken the case"),
        Code.WITH_DISPATCHERS: translate("notifications", "The case is with the dispatchers"),
        Code.SUSPENDED: translate("notifications", "The case was suspended and stays yours"),
        Code.ABORT_WANTED: translate("notifications", "{by} asks to end the case early"),
        Code.ABORT_REFUSED: translate("notifications", "{by} goes on with the case"),
        Code.ENDED: translate("notifications", "The case was ended by {by}"),
        Code.AGREEMENT_ENDED: translate(
            "notifications", "The agreement of the two houses has ended; this case goes on"
        ),
        Code.GLASS_BROKEN: translate("notifications", "{by} opened the case in an emergency"),
    }


def _of_the_work() -> dict[Code, str]:
    translate = QCoreApplication.translate
    return {
        Code.INFORMATION_WANTED: translate("notifications", "{by} asks for more information"),
        Code.INFORMATION_CAME: translate("notifications", "The clinic answered what was asked"),
        Code.LATE_IMAGES: translate("notifications", "The clinic adds late images"),
        Code.CALL_WAITING: translate("notifications", "{by} waits in the call"),
        Code.CALL_MISSED: translate("notifications", "A call was over before you came"),
        Code.APPOINTMENT_MADE: translate("notifications", "Appointment made by {by}: {due}"),
        Code.NO_SHOW: translate("notifications", "Somebody was absent from the appointment"),
    }


def _of_opinions_and_reports() -> dict[Code, str]:
    translate = QCoreApplication.translate
    return {
        Code.FINDING_SIGNED: translate(
            "notifications", "Critical finding by {by}: read it and read it back"
        ),
        Code.FINDING_READ_BACK: translate(
            "notifications", "The critical finding was read back by {by}"
        ),
        Code.FINDING_OVERDUE: translate(
            "notifications", "Nobody has read the critical finding back: ring the clinic"
        ),
        Code.FINDING_NOT_TOLD: translate(
            "notifications",
            "{by} could not be told of the critical finding by mail or text message: ring them",
        ),
        Code.SECOND_OPINION_ASKED: translate("notifications", "{by} asked for a second opinion"),
        Code.SECOND_OPINION_SIGNED: translate("notifications", "The second opinion is signed"),
        Code.MDT_ASKED: translate("notifications", "{by} asked for an MDT"),
        Code.MDT_COMPLETE: translate("notifications", "All opinions of the MDT are signed"),
        Code.MDT_CLOSED: translate("notifications", "{by} goes on with the MDT as it is"),
        Code.MDT_ENDED: translate("notifications", "Your opinion is needed no longer"),
        Code.REPORT_SIGNED: translate("notifications", "{by} has signed the report"),
        Code.REPORT_RECEIVED: translate("notifications", "{by} received the report and decided"),
        Code.REVIEW_WANTED: translate("notifications", "{by} asks for the review of a report"),
        Code.REVIEW_RETURNED: translate("notifications", "{by} returned the report from review"),
        Code.REVIEW_APPROVED: translate(
            "notifications", "{by} approved the report: it can be signed"
        ),
    }
