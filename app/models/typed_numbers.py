"""Numbers as people type them: with a comma or a point, in half or full width."""

import re

from PySide6.QtCore import QCoreApplication

_NARROW = str.maketrans("，。．０１２３４５６７８９＋－", ",..0123456789+-")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]*(,[0-9]{3})+")


def narrowed(text: str) -> str:
    """As it was typed, in half width."""
    return text.strip().translate(_NARROW)


def number_typed(text: str) -> str:
    """With a point; empty where it is no number, or `thousands` asks which it is."""
    plain = narrowed(text)
    known = _NUMBER.fullmatch(plain) and not _THOUSANDS.fullmatch(plain)
    return plain.replace(",", ".") if known else ""


def thousands(text: str) -> str:
    """Asks what a comma before three digits is; empty where there is none. 12,500 is twelve and a
    half here and twelve thousand there, 0,500 is the same everywhere."""
    plain = narrowed(text)
    if not _THOUSANDS.fullmatch(plain):
        return ""
    whole = plain.replace(",", "")
    if plain.count(",") > 1:
        return QCoreApplication.translate("numbers", "Write {whole} without commas.").format(
            whole=whole
        )
    text = QCoreApplication.translate("numbers", "{whole} or {point}? Write it without a comma.")
    return text.format(whole=whole, point=plain.replace(",", ".").rstrip("0").rstrip("."))
