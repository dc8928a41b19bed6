"""Images that a study should have and the case was not given, as both sides read it."""

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication

from app.models.words import image_count
from protocol.attached_study import AttachedStudy


def shortfall_words(study: AttachedStudy) -> str:
    """What is not with a study and why, as far as its clinic knew; empty where nothing is."""
    known, translate = study.shortfall, QCoreApplication.translate
    said = []
    lacking = known.lacking(study.declared)
    if lacking:
        text = translate("shortfall", "⚠ incomplete: {there} of {total} images, {n} are missing")
        total = study.declared + lacking
        said.append(text.format(there=study.declared, total=total, n=lacking))
    if known.left_out:
        text = translate("shortfall", "the clinic goes on without {n} that the server refused")
        said.append(text.format(n=known.left_out))
    if known.damaged:
        text = translate("shortfall", "{n} could not be read where they came from")
        said.append(text.format(n=known.damaged))
    if known.unplaced:
        text = translate("shortfall", "⚠ {n} files that came with them could not be read")
        said.append(text.format(n=known.unplaced))
    if known.still_sending:
        said.append(translate("shortfall", "⚠ the device was still sending when they were added"))
    if known.broke_off:
        said.append(translate("shortfall", "⚠ it broke off as they came: perhaps not all images"))
    return " · ".join(said)


def short_studies(studies: Iterable[AttachedStudy]) -> tuple[AttachedStudy, ...]:
    """Those that must not be taken for complete ones."""
    return tuple(one for one in studies if one.shortfall.is_short(one.declared))


def named_words(studies: Iterable[AttachedStudy]) -> tuple[str, ...]:
    """A line for each study that is short, with its kind and description."""
    return tuple(
        " · ".join(
            part
            for part in ("/".join(one.modalities), one.description, shortfall_words(one))
            if part
        )
        for one in short_studies(studies)
    )


def asked_short(studies: Iterable[AttachedStudy]) -> str:
    """What somebody says by submitting a case whose studies are short; empty where none is."""
    lines = named_words(studies)
    if not lines:
        return ""
    text = QCoreApplication.translate(
        "shortfall",
        "Not all images of this case are with it. Its expert and its timeline are told so:",
    )
    return "\n".join((text, *lines))


def asked_to_go_without(refused: int, left: int) -> str:
    """What is asked before the refused images of a study are left out; empty where there is no
    such way: none was refused, or nothing would be left."""
    if not refused or not left:
        return ""
    text = QCoreApplication.translate(
        "shortfall",
        "The server refused {refused}; {left} can go. What was refused is not with the case then, "
        "and the expert is told how many are missing.",
    )
    return text.format(refused=image_count(refused), left=image_count(left))
