"""What is said of a record of which not all is there: nobody takes a part for the whole."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from app.models.emr_gaps import kind_words
from app.models.words import listed
from app.net.emr.clinical import Unfinished


def coming_words(unfinished: Iterable[Unfinished], *, stopped: bool) -> str:
    """What is still being read and how much of it is there; empty where nothing is. `stopped`:
    no more of it comes."""
    told = listed(_counted(one) for one in unfinished)
    if not told:
        return ""
    translate = QCoreApplication.translate
    going = translate("emr", "Still being read: {what}")
    over = translate("emr", "Not all of it was read: {what}")
    return (over if stopped else going).format(what=told)


def _counted(one: Unfinished) -> str:
    translate = QCoreApplication.translate
    kind = kind_words(one.kind)
    if one.total > one.read:
        text = translate("emr", "{kind} ({n} of {total} read)")
        return text.format(kind=kind, n=one.read, total=one.total)
    text = translate("emr", "{kind} ({n} read)")
    return text.format(kind=kind, n=one.read) if one.read else kind


def head_words(head: str, *, there: bool, stopped: bool) -> str:
    """Of a part of the record that is not whole; `there`: something of it is."""
    translate = QCoreApplication.translate
    if not stopped:
        return translate("emr", "{part} – still being read").format(part=head)
    some = translate("emr", "{part} – not all read")
    none = translate("emr", "{part} – not read")
    return (some if there else none).format(part=head)
