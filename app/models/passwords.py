"""Why a password is not taken, in words."""

from PySide6.QtCore import QCoreApplication

from protocol.passwords import SHORTEST, Weakness, weakness


def weak_words(password: str, username: str = "") -> str:
    """Empty of one that is taken."""
    found, translate = weakness(password, username), QCoreApplication.translate
    if found is None:
        return ""
    return {
        Weakness.SHORT: translate("passwords", "At least {n} characters.").format(n=SHORTEST),
        Weakness.NAME: translate("passwords", "Not the user name: everybody tries that first."),
        Weakness.COMMON: translate(
            "passwords", "Too easy: everybody tries that first. A short sentence is best."
        ),
    }[found]
