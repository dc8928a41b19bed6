"""The words of the timeline: what happened to a case."""

from PySide6.QtCore import QCoreApplication

from protocol.consultation import Action


def action_words() -> dict[Action, str]:
    tr = QCoreApplication.translate
    return {
        Action.BEGIN_UPLOAD: tr("words", "Started sending images"),
        Action.EDIT: tr("words", "Went back to writing"),
        Action.SUBMIT: tr("words", "Submitted the case"),
        Action.OFFER: tr("words", "An expert was rung"),
        Action.OFFER_EXPIRED: tr("words", "The ring was not answered"),
        Action.DECLINE: tr("words", "Declined"),
        Action.ESCALATE: tr("words", "Passed to the dispatcher"),
        Action.ASSIGN: tr("words", "Assigned by the dispatcher"),
        Action.CLAIM: tr("words", "Took the case"),
        Action.LEASE_EXPIRED: tr("words", "The hold on the case ran out"),
        Action.RELEASE: tr("words", "Gave the case back"),
        Action.ACCEPT: tr("words", "Accepted the case"),
        Action.REJECT: tr("words", "Rejected the case"),
        Action.SCHEDULE: tr("words", "Scheduled the consultation"),
        Action.ASK_INFORMATION: tr("words", "Asked for more information"),
        Action.RESUBMIT: tr("words", "Sent what was asked for"),
        Action.START_READING: tr("words", "Opened the images"),
        Action.START_CALL: tr("words", "Started a call"),
        Action.END_CALL: tr("words", "Ended the call"),
        Action.START_DRAFT: tr("words", "Began the report"),
        Action.SUSPEND: tr("words", "Suspended the case"),
        Action.RESUME: tr("words", "Resumed the case"),
        Action.REQUEST_REVIEW: tr("words", "Asked for a second signature"),
        Action.RETURN_FROM_REVIEW: tr("words", "Returned from review"),
        Action.SIGN: tr("words", "Signed the report"),
        Action.RECEIVE: tr("words", "Received the report and decided"),
        Action.AMEND: tr("words", "Opened the report for amendment"),
        Action.WITHDRAW: tr("words", "Withdrew the case"),
        Action.REQUEST_ABORT: tr("words", "Asked to end the case"),
        Action.REFUSE_ABORT: tr("words", "Declined to end the case"),
        Action.ABORT: tr("words", "Ended the case early"),
        Action.RECORD_NO_SHOW: tr("words", "Recorded who was absent"),
        Action.ENTER_IN_ERROR: tr("words", "Marked as entered in error"),
    }
