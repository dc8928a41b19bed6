"""The hospital's server as a form: texts become settings, or a sentence says what is wrong."""

from dataclasses import dataclass

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication

from app.models.emr_troubles import trouble_words
from app.models.times import moment
from app.net.emr.place import SCOPES, EmrAccess, EmrServer
from app.session.emr import Emr, EmrSigning
from app.session.state import State

__all__ = ["SCOPES", "EmrAccess", "EmrServer"]


@dataclass(frozen=True, slots=True)
class EmrFormProps:
    """`test` is how asking the server ended, and whether well; empty while nobody asked."""

    server: EmrServer
    test: str
    good: bool
    writes: bool = False
    """The institution wants cases and reports written there."""
    signing: bool = False
    """Somebody is signing in, in the browser."""
    signed: str = ""
    """Since when the person at the screen is signed in there."""


def derive_emr_form(state: State) -> EmrFormProps:
    account, signing = state.link.account, state.emr.signing
    server = EmrServer() if state.emr.server.is_ours else state.emr.server
    text, good = _told(state)
    since = QCoreApplication.translate("emr", "Signed in here since {when}")
    at = server.signed_at if account is not None and server.signed_by == account.id else None
    return EmrFormProps(
        server,
        text,
        good,
        writes=account is not None and account.records_written_since is not None,
        signing=signing is not None and signing.going,
        signed=since.format(when=moment(at)) if at is not None else "",
    )


@dataclass(frozen=True, slots=True)
class SignInAgain:
    """Somebody is not admitted to `server` who signs in there. `words`: how signing in goes."""

    server: EmrServer
    words: str
    going: bool


def derive_sign_in_again(emr: Emr) -> SignInAgain | None:
    """While what was asked for last was refused, or somebody signs in, where people do."""
    signing = emr.signing
    nothing = emr.refused is None and signing is None
    if nothing or emr.server.access is not EmrAccess.PERSON:
        return None
    wants = QCoreApplication.translate("emr", "The hospital's server wants you to sign in again.")
    words = _signing_words(signing) if signing is not None else wants
    return SignInAgain(emr.server, words, signing is not None and signing.going)


def _signing_words(signing: EmrSigning) -> str:
    if signing.trouble is not None:
        return trouble_words(signing.trouble)
    return QCoreApplication.translate(
        "emr", "Sign in at the hospital, in the browser that has opened…"
    )


def _told(state: State) -> tuple[str, bool]:
    """How signing in or asking the server goes, and whether well."""
    translate = QCoreApplication.translate
    test, signing = state.emr.test, state.emr.signing
    if signing is not None:
        return _signing_words(signing), signing.going
    if test is None:
        return "", False
    if test.trouble is not None:
        return trouble_words(test.trouble), False
    return (translate("emr", "It answers.") if test.good else translate("emr", "Asking…")), True


def server_of(
    values: dict[str, object], *, writes: bool = False
) -> tuple[EmrServer | None, dict[str, str]]:
    """The server of the form's values, or what is wrong by the name of the field."""
    translate = QCoreApplication.translate
    url = str(values["url"]).strip()
    if url and values["access"] in SCOPES and not str(values["client_id"]).strip():
        return None, {"client_id": translate("emr", "Hospital IT gives each client a name.")}
    try:
        server = EmrServer.model_validate(values)
        if server.is_set and writes and not server.may_write:
            scope = translate("emr", "Writing needs more than this: system/*.read system/*.write")
            return None, {"scope": scope}
        return server, {}
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors() if one["loc"]}
    address = translate("emr", "Begins with https:// and ends before “/Patient”.")
    other = translate("emr", "This cannot be.")
    return None, {one: address if one in ("url", "token_url") else other for one in wrong}


def open_line_words(server: EmrServer) -> str:
    """A warning where others in the network can read along."""
    if not server.is_open_line:
        return ""
    return QCoreApplication.translate(
        "emr", "⚠ http: others in the network can read along. Ask hospital IT for https."
    )
