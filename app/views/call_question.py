"""Asked before another case is opened or taken while a call goes on."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.kit.question import ask


def ask_to_end_call(window: QWidget, on_yes: Callable[[], None]) -> None:
    """Staying in the call is what Return and Escape mean."""
    translate = QCoreApplication.translate
    title = translate("CallQuestion", "You are in a call")
    text = translate(
        "CallQuestion", "The call belongs to another case. Opening this one ends it for you."
    )
    ask(
        window,
        "endCallQuestion",
        (title, text),
        yes=("endCallAndOpen", translate("CallQuestion", "End the call and open")),
        no=("stayInCall", translate("CallQuestion", "Stay in the call")),
        on_yes=on_yes,
    )
