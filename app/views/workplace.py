"""How the columns and tabs of the workspace lie, as words that can be kept and put back."""

import json
from typing import Protocol

from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QSplitter, QTabWidget, QWidget


class HasColumns(Protocol):
    """What the workspace lets others see of its arrangement."""

    @property
    def columns(self) -> QSplitter: ...
    @property
    def parts(self) -> tuple[tuple[QWidget, str], ...]: ...
    @property
    def tabs(self) -> dict[str, QTabWidget]: ...
    def show_part(self, name: str, *, visible: bool) -> None: ...


def take_down(workspace: HasColumns) -> str:
    """JSON: which columns are shown, how wide, and which tabs are in front."""
    return json.dumps(
        {
            "shown": [name for part, name in workspace.parts if not part.isHidden()],
            "widths": bytes(workspace.columns.saveState().toBase64().data()).decode(),
            "tabs": {name: tabs.currentIndex() for name, tabs in workspace.tabs.items()},
        }
    )


def put_back(workspace: HasColumns, kept: str) -> None:
    """What `take_down` wrote; words of another version change nothing."""
    try:
        data = json.loads(kept)
        shown, widths, tabs = set(data["shown"]), str(data["widths"]), dict(data["tabs"])
    except (ValueError, KeyError, TypeError):
        return
    workspace.columns.restoreState(QByteArray.fromBase64(widths.encode()))
    for _part, name in workspace.parts:
        workspace.show_part(name, visible=name in shown)
    for name, widget in workspace.tabs.items():
        index = tabs.get(name)
        if isinstance(index, int) and 0 <= index < widget.count() and widget.isTabVisible(index):
            widget.setCurrentIndex(index)
