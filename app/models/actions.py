"""The words of the timeline: what happened to a case."""

from PySide6.QtCore import QCoreApplication

from protocol.consultation import Action


def action_words() -> dict[Action, str]:
    translate = QCoreApplication.translate
    return {
        Action.BEGIN_UPLOAD: translate("words", "Started sending images"),
        Action.EDIT: translate("words", "Went back to writing"),
        Action.SUBMIT: translate("words", "Submitted the case"),
        Action.OFFER: translate("words", "An expert was rung"),
        Action.OFFER_EXPIRED: translate("words", "The ring was not answered"),
        Action.DECLINE: translate("words", "Declined"),
        Action.ESCALATE: translate("words", "Passed to the dispatcher"),
        Action.ASSIGN: translate("words", "Assigned by the dispatcher"),
        Action.CLAIM: translate("words", "Took the case"),
        Action.LEASE_EXPIRED: translate("words", "The hold on the case ran out"),
        Action.RELEASE: translate("words", "Gave the case back"),
        Action.ACCEPT: translate("words", "Accepted the case"),
        Action.REJECT: translate("words", "Rejected the case"),
        Action.SCHEDULE: translate("words", "Scheduled the consultation"),
        Action.ASK_INFORMATION: translate("words", "Asked for more information"),
        Action.RESUBMIT: translate("words", "Sent what was asked for"),
        Action.START_READING: translate("words", "Opened the images"),
        Action.START_CALL: translate("words", "Started a call"),
        Action.END_CALL: translate("words", "Ended the call"),
        Action.START_DRAFT: translate("words", "Began the report"),
        Action.SUSPEND: translate("words", "Suspended the case"),
        Action.RESUME: translate("words", "Resumed the case"),
        Action.REQUEST_REVIEW: translate("words", "Asked for a second signature"),
        Action.RETURN_FROM_REVIEW: translate("words", "Returned from review"),
        Action.SIGN: translate("words", "Signed the report"),
        Action.RECEIVE: translate("words", "Received the report and decided"),
        Action.AMEND: translate("words", "Opened the report for amendment"),
        Action.WITHDRAW: translate("words", "Withdrew the case"),
        Action.REQUEST_ABORT: translate("words", "Asked to end the case"),
        Action.REFUSE_ABORT: translate("words", "Declined to end the case"),
        Action.ABORT: translate("words", "Ended the case early"),
        Action.RECORD_NO_SHOW: translate("words", "Recorded who was absent"),
        Action.ENTER_IN_ERROR: translate("words", "Marked as entered in error"),
    }
