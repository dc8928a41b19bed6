"""The hospital's server as a form: texts become settings, or a sentence says what is wrong."""

from dataclasses import dataclass

from pydantic import ValidationError
from PySide6.QtCore import QCoreApplication

from app.models.emr_troubles import trouble_words
from app.net.emr.place import EmrAccess, EmrServer
from app.session.state import State

__all__ = ["EmrAccess", "EmrServer"]


@dataclass(frozen=True, slots=True)
class EmrFormProps:
    """`test` is how asking the server ended, and whether well; empty while nobody asked."""

    server: EmrServer
    test: str
    good: bool
    writes: bool = False
    """The institution wants cases and reports written there."""


def derive_emr_form(state: State) -> EmrFormProps:
    test, account = state.emr.test, state.link.account
    translate = QCoreApplication.translate
    writes = account is not None and account.records_written_since is not None
    server = EmrServer() if state.emr.server.is_ours else state.emr.server
    if test is None:
        return EmrFormProps(server, "", False, writes)
    if test.trouble is not None:
        return EmrFormProps(server, trouble_words(test.trouble), False, writes)
    text = translate("emr", "It answers.") if test.good else translate("emr", "Asking…")
    return EmrFormProps(server, text, True, writes)


def server_of(
    values: dict[str, object], *, writes: bool = False
) -> tuple[EmrServer | None, dict[str, str]]:
    """The server of the form's values, or what is wrong by the name of the field."""
    translate = QCoreApplication.translate
    url = str(values["url"]).strip()
    if url and values["access"] is EmrAccess.CLIENT and not str(values["client_id"]).strip():
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
