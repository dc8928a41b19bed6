"""Why a record could not be had or written into: a hospital's, or the clinic's own."""

from PySide6.QtCore import QCoreApplication

from app.session.emr import EmrProblem, EmrTrouble


def trouble_words(trouble: EmrTrouble, *, ours: bool = False) -> str:
    """Cause and mend; the server's own words behind."""
    known = _at_hospital(trouble.status) | (_at_ours(trouble.status) if ours else {})
    words = known[trouble.problem]
    text = QCoreApplication.translate("emr", "The server says: {words}")
    return f"{words} {text.format(words=trouble.said)}" if trouble.said else words


def _at_ours(status: int) -> dict[EmrProblem, str]:
    translate = QCoreApplication.translate
    refused = translate("emr", "Our server refused (code {status}). Tell the administrator.")
    refusals = {
        **dict.fromkeys((404, 410), translate("emr", "It is not there any more. Search again.")),
        **dict.fromkeys((409, 412), translate("emr", "It changed meanwhile. Read it again.")),
        **dict.fromkeys(
            (429, 502, 503, 504),
            translate("emr", "Our server is busy. Try again in some minutes."),
        ),
    }
    return {
        EmrProblem.NOT_ADMITTED: translate(
            "emr", "Our server does not admit you to the clinic's own record. Sign in again."
        ),
        EmrProblem.REFUSED: refusals.get(status, refused.format(status=status)),
        EmrProblem.UNREACHABLE: translate(
            "emr", "Our server cannot be reached. Check the network, then try again."
        ),
        EmrProblem.TIMED_OUT: translate("emr", "Our server did not answer in time. Try again."),
        EmrProblem.UNTRUSTED: translate(
            "emr", "This computer does not trust our server's certificate. Tell the administrator."
        ),
        EmrProblem.NOT_UNDERSTOOD: translate(
            "emr", "Our server's answer could not be read. Tell the administrator."
        ),
        EmrProblem.TWO_PATIENTS: translate(
            "emr",
            "The server mixed two patients up in one answer. Nothing of it is used. Tell the "
            "administrator.",
        ),
        EmrProblem.NOT_SHARED: translate(
            "emr", "The server did not take the record. Read it again, then share it."
        ),
    }


def _at_hospital(status: int) -> dict[EmrProblem, str]:
    translate = QCoreApplication.translate
    return {
        EmrProblem.NOT_ADMITTED: translate(
            "emr",
            "The hospital's server does not admit this computer. Check token or client in "
            "Settings, or sign in there again, or ask hospital IT.",
        ),
        EmrProblem.REFUSED: _refused_words(status),
        EmrProblem.UNREACHABLE: translate(
            "emr", "The hospital's server cannot be reached. Check its address and the network."
        ),
        EmrProblem.TIMED_OUT: translate(
            "emr", "The hospital's server did not answer in time. Try again."
        ),
        EmrProblem.UNTRUSTED: translate(
            "emr",
            "This computer does not trust the server's certificate. Ask hospital IT to "
            "install the hospital's CA.",
        ),
        EmrProblem.NOT_UNDERSTOOD: translate(
            "emr", "The answer is not FHIR. Check the address: it ends before “/Patient”."
        ),
        **_sign_in_words(),
        **_launch_words(),
        **_sharing_words(),
    }


def _sign_in_words() -> dict[EmrProblem, str]:
    """Why nobody is signed in at the hospital."""
    translate = QCoreApplication.translate
    return {
        EmrProblem.SIGN_IN_LATE: translate(
            "emr", "Nobody signed in in the browser within five minutes. Try again."
        ),
        EmrProblem.SIGN_IN_REFUSED: translate(
            "emr", "The hospital's server did not let you in. Try again, or ask hospital IT."
        ),
        EmrProblem.SIGN_IN_UNSAFE: translate(
            "emr",
            "The hospital's server does not offer a safe sign-in (SMART with PKCE), or another "
            "server answered. Tell hospital IT.",
        ),
        EmrProblem.NO_BROWSER: translate(
            "emr", "This computer opens no browser. Ask hospital IT for a token or a client."
        ),
        EmrProblem.NO_KEY: translate(
            "emr",
            "This file has no private key for SMART: RSA of 2048 bits and more, or the curve "
            "P-384, as PEM or JWK. Choose another.",
        ),
        EmrProblem.KEY_LOCKED: translate(
            "emr", "The key has a password, and another than this. Type it, then try again."
        ),
        EmrProblem.NOT_REVOKED: translate(
            "emr",
            "You are signed out on this computer. The hospital's server could not be told, and may "
            "take the sign-in for good until it ends there.",
        ),
    }


def _launch_words() -> dict[EmrProblem, str]:
    """Why another program opened this one for nothing."""
    translate = QCoreApplication.translate
    return {
        EmrProblem.LAUNCH_ELSEWHERE: translate(
            "emr",
            "Another program opened this one for a server that is not set up here, or where people "
            "do not sign in. Check the address in Settings, or look for the patient here.",
        ),
        EmrProblem.LAUNCH_NOBODY: translate(
            "emr",
            "The program that opened this one did not say which patient it has open. Look for the "
            "patient here.",
        ),
    }


def _sharing_words() -> dict[EmrProblem, str]:
    """Why something goes nowhere although it was read."""
    translate = QCoreApplication.translate
    return {
        EmrProblem.TWO_PATIENTS: translate(
            "emr",
            "The server mixed two patients up in one answer. Nothing of it is used. Tell "
            "hospital IT.",
        ),
        EmrProblem.ANOTHER_PATIENT: translate(
            "emr",
            "This is not the patient of the case: name, sex or date of birth differ. "
            "Nothing is shared.",
        ),
        EmrProblem.OTHER_IMAGES: translate(
            "emr",
            "The images of the case name another patient. Nothing is shared. Compare them "
            "in the case first.",
        ),
        EmrProblem.NO_MESSAGES: translate(
            "emr", "These files hold no HL7 v2 messages (ADT, ORU, MDM). Choose others."
        ),
        EmrProblem.TOO_LARGE: translate(
            "emr", "This is more than goes with a case. Choose fewer parts, or a shorter time."
        ),
        EmrProblem.NOT_SHARED: translate(
            "emr", "The server did not take the record. Read it at the hospital again."
        ),
        EmrProblem.RECORD_LEFT: translate(
            "emr",
            "The record this is for is not open any more. Nothing was written. Read it again, "
            "then write it again.",
        ),
        EmrProblem.NOT_OF_CASE: translate(
            "emr",
            "The case that is open now is of another patient. Nothing was written. Open the case "
            "of this patient.",
        ),
    }


def _refused_words(status: int) -> str:
    translate = QCoreApplication.translate
    if status in (404, 410):
        return translate("emr", "The hospital's server no longer has it. Search again.")
    if status in (409, 412):
        return translate("emr", "It changed at the hospital meanwhile. Read it again.")
    if status in (429, 502, 503, 504):
        return translate("emr", "The hospital's server is busy. Try again in some minutes.")
    text = translate("emr", "The hospital's server refused (code {status}). Tell hospital IT.")
    return text.format(status=status)
