"""What is said of signing in, of sessions and of second factors; `notices.py` joins it."""

from PySide6.QtCore import QCoreApplication

from app.session.notices import Good, NoticeCode, Trouble
from protocol.errors import ErrorCode


def identity_words() -> dict[NoticeCode, str]:
    return {**_of_signing_in(), **_of_sessions(), **_of_second_factors(), **_of_devices()}


def _of_second_factors() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        ErrorCode.SECOND_FACTOR_REQUIRED: translate(
            "notices", "Give the code of your authenticator, too."
        ),
        ErrorCode.SECOND_FACTOR_WRONG: translate(
            "notices",
            "This code is not right, or was used already. Wait for the next one and check that the "
            "clock of your phone is right.",
        ),
        ErrorCode.SECOND_FACTOR_DUE: translate(
            "notices",
            "Your role needs a second factor now. Sign out and in again to set it up.",
        ),
    }


def _of_devices() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        ErrorCode.DEVICE_NEEDED: translate(
            "notices",
            "This account works only at computers with a certificate of the site. Choose the file "
            "that hospital IT has given for this computer.",
        ),
        ErrorCode.DEVICE_OF_OTHERS: translate(
            "notices",
            "The certificate of this computer is another institution's. Work at a computer of "
            "your own, or choose its certificate.",
        ),
        Trouble.DEVICE_REFUSED: translate(
            "notices",
            "The server does not take the certificate of this computer: it is out of date, "
            "withdrawn, or another site's. Ask hospital IT for a new one.",
        ),
        Trouble.DEVICE_NOT_READABLE: translate(
            "notices",
            "No certificate with its key can be read there with this passphrase. Choose the file "
            "and type the passphrase that came with it.",
        ),
        Trouble.DEVICE_SET_UP_UNUSABLE: translate(
            "notices",
            "The certificate that hospital IT has set up for this computer cannot be read. Only "
            "hospital IT can mend that: tell them so, then sign in again.",
        ),
        Good.DEVICE_CHOSEN: translate(
            "notices", "The certificate is kept. It is shown from the next sign-in on."
        ),
    }


def _of_signing_in() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        ErrorCode.INVALID_CREDENTIALS: translate(
            "notices", "User name or password is not right. Check capitals and try again."
        ),
        ErrorCode.ACCOUNT_DISABLED: translate(
            "notices", "This account is disabled. Ask your administrator."
        ),
        ErrorCode.PASSWORD_CHANGE_REQUIRED: translate(
            "notices", "Choose a new password before you go on."
        ),
        ErrorCode.SIGNED_IN_ELSEWHERE: translate(
            "notices",
            "This account is signed in on another computer since {since}. You can sign in here; "
            "it is then signed out there. What was written there stays saved.",
        ),
        Trouble.CLAIM_ELSEWHERE: translate(
            "notices",
            "You have gone on with this case in another window or on another computer, so it is "
            "written there now and not here. Your text is kept on this computer.",
        ),
        ErrorCode.REAUTHENTICATION_FAILED: translate(
            "notices", "The password is not right. Nothing was signed; try again."
        ),
        ErrorCode.FORBIDDEN: translate(
            "notices", "Your role does not allow this. Ask your administrator if it should."
        ),
        ErrorCode.TOO_MANY_REQUESTS: translate(
            "notices", "Too many attempts. Wait {count} s and try again."
        ),
    }


def _of_sessions() -> dict[NoticeCode, str]:
    translate = QCoreApplication.translate
    return {
        ErrorCode.TOKEN_MISSING: translate("notices", "Sign in again to go on."),
        ErrorCode.TOKEN_EXPIRED: translate("notices", "Your session has run out. Sign in again."),
        ErrorCode.TOKEN_INVALID: translate(
            "notices", "Your session is no longer valid. Sign in again."
        ),
        ErrorCode.SESSION_ENDED: translate("notices", "Your session has ended. Sign in again."),
        ErrorCode.REFRESH_REUSED: translate(
            "notices",
            "This session was used from two places and was ended for safety. Sign in again, and "
            "tell hospital IT if it was not you.",
        ),
        Trouble.SESSION_TAKEN_OVER: translate(
            "notices",
            "You signed in on another computer, so this one was signed out. What you wrote is "
            "saved.",
        ),
        Trouble.SESSION_REVOKED: translate(
            "notices",
            "This computer was signed out by you elsewhere, or by who looks after the site. What "
            "you wrote is saved.",
        ),
        Trouble.SESSION_DISABLED: translate(
            "notices", "This session was ended by an administrator. What you wrote is saved."
        ),
    }
