"""What is said of certificates, of reports and of papers; `notices.py` joins it to the rest."""

from PySide6.QtCore import QCoreApplication

from app.session.notices import Good, NoticeCode, Trouble


def signature_words() -> dict[NoticeCode, str]:
    return {**_of_reports(), **_of_papers(), **_of_certificates()}


def _of_reports() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        Good.REPORT_SIGNED: translate("notices", "The report of {number} is signed and sent."),
        Good.REPORT_ARRIVED: translate("notices", "The signed report of {number} has arrived."),
        Good.DECISION_RECORDED: translate("notices", "Your decision on {number} is recorded."),
        Good.REPORT_ARCHIVED: translate("notices", "{holder} has the report of {number}."),
        Trouble.REPORT_NOT_PREPARED: translate(
            "notices",
            "The report of {number} could not be prepared for {holder}. Open its paper and send it "
            "from there.",
        ),
        Trouble.REPORT_NOT_ARCHIVED: translate(
            "notices",
            "{holder} has not taken the report of {number} yet; it is kept here and sent again by "
            "itself. {problem}",
        ),
    }


def _of_papers() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        Trouble.SIGNATURE_NOT_VERIFIED: translate(
            "notices",
            "The report's signature does not fit its text. Do not use it; tell the expert and IT.",
        ),
        Trouble.PAPER_NOT_GENUINE: translate(
            "notices",
            "The signed file of this report has been changed or belongs to another one. It is not "
            "used; the text on the screen is verified. Tell IT.",
        ),
        Trouble.DRAFT_CHANGED: translate(
            "notices",
            "The draft was written on since you read it, so nothing was approved. Its newest words "
            "are on the screen: read them, then approve or return them.",
        ),
        Trouble.NO_PICTURE_SHOWN: translate(
            "notices",
            "No picture is shown that could go into the report. Choose an image series first.",
        ),
        Trouble.PAPER_LOST: translate(
            "notices",
            "The server cannot give the signed file of this report. The text on the screen is "
            "verified by itself. Tell IT.",
        ),
    }


def _of_certificates() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        Trouble.CERTIFICATE_NOT_READABLE: translate(
            "notices",
            "No signature certificate was found there. Choose the file (.p12, .pfx) or the library "
            "of the token that IT gave you.",
        ),
        Trouble.CERTIFICATE_WRONG_SECRET: translate(
            "notices",
            "The passphrase or PIN of the certificate is not right. Nothing was signed. A token "
            "locks itself after a few attempts.",
        ),
        Trouble.CERTIFICATE_NOT_VALID: translate(
            "notices",
            "The certificate has expired or is not valid yet. Nothing was signed; ask IT for "
            "another one.",
        ),
        Trouble.CERTIFICATE_NO_TOKEN: translate(
            "notices",
            "The token with your certificate does not answer. Plug it in and try again.",
        ),
        Trouble.CERTIFICATE_NO_TIME: translate(
            "notices",
            "The time-stamp service does not answer as it should. Nothing was signed; try again or "
            "tell IT.",
        ),
        Trouble.CERTIFICATE_NEEDED: translate(
            "notices",
            "This site signs reports by certificate. Choose yours in the settings first.",
        ),
    }
