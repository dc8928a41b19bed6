"""Which of the program's languages is on, where a text is not one of the catalogue's."""

from PySide6.QtCore import QLocale


def reads_chinese() -> bool:
    """The default locale is set with the language of the program."""
    return QLocale().language() == QLocale.Language.Chinese
