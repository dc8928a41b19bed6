"""The row of tools above the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from app.imaging.voi import Voi, Window
from app.viewers.dicom.captions import voi_words
from app.viewers.dicom.reasons import preset_words
from app.viewers.dicom.tools import Action, Tool

_MAX_PRESET_KEYS = 9


class ViewerToolbar(QToolBar):
    """Tools (one is active), presets, and what is done at once; what has no room folds away."""

    tool_chosen = Signal(Tool)
    acted = Signal(Action)
    preset_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewer_toolbar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._tools = {tool: self._button(f"tool_{tool.name.lower()}") for tool in Tool}
        for tool, button in self._tools.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, chosen=tool: self.tool_chosen.emit(chosen))
            self._group.addButton(button)
            self.addWidget(button)
        self._tools[Tool.WINDOW].setChecked(True)
        self._presets = QComboBox()
        self._presets.setObjectName("viewer_presets")
        self._presets.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._presets.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._presets.setMinimumWidth(170)
        self._presets.setMaximumWidth(240)
        self._presets.activated.connect(self.preset_chosen)
        self.addWidget(self._presets)
        self._actions = {
            action: self._button(f"action_{action.name.lower()}")
            for action in (Action.INVERT, Action.FIT, Action.ONE_TO_ONE, Action.TEXTS)
        }
        for action, button in self._actions.items():
            button.clicked.connect(lambda _=False, done=action: self.acted.emit(done))
            self.addWidget(button)
        for action in (Action.INVERT, Action.TEXTS):
            self._actions[action].setCheckable(True)
        self._actions[Action.TEXTS].setChecked(True)
        self._voi: tuple[Voi, ...] = ()
        self.words()

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def words(self) -> None:
        """Every text, again after the language changed."""
        tools = {
            Tool.WINDOW: (self.tr("Window/level"), self.tr("right button")),
            Tool.SCROLL: (self.tr("Scroll"), self.tr("wheel")),
            Tool.ZOOM: (self.tr("Zoom"), self.tr("Ctrl+wheel")),
            Tool.PAN: (self.tr("Pan"), self.tr("middle button")),
        }
        for tool, (text, hint) in tools.items():
            self._say(self._tools[tool], text, hint)
        actions = {
            Action.INVERT: (self.tr("Invert"), "I"),
            Action.FIT: (self.tr("Fit"), "F"),
            Action.ONE_TO_ONE: ("1:1", "0"),
            Action.TEXTS: (self.tr("Patient text"), "T"),
        }
        for action, (text, hint) in actions.items():
            self._say(self._actions[action], text, hint)
        self._presets.setAccessibleName(self.tr("Window presets"))
        self._presets.setToolTip(self.tr("Window presets (keys 1 to 9)"))
        self.show_presets(self._voi, again=True)

    @staticmethod
    def _say(button: QToolButton, text: str, hint: str) -> None:
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(f"{text} ({hint})")

    def show_presets(self, presets: tuple[Voi, ...], *, again: bool = False) -> None:
        """List presets with the key that chooses each."""
        if presets == self._voi and not again:
            return
        self._voi = presets
        self._presets.clear()
        for number, preset in enumerate(presets, start=1):
            name = preset_words(preset.explanation)
            numbers = voi_words(preset) if isinstance(preset, Window) else ""
            words = "  ".join(part for part in (name, numbers) if part) or voi_words(preset)
            key = f"{number}  " if number <= _MAX_PRESET_KEYS else ""
            self._presets.addItem(key + words)
        self._presets.setEnabled(bool(presets))

    def mark(self, voi: Voi | None, *, inverted: bool, texts: bool) -> None:
        """Show what is in force; a window set by hand is none of the presets."""
        row = next((n for n, preset in enumerate(self._voi) if _same(preset, voi)), -1)
        self._presets.setCurrentIndex(row)
        self._actions[Action.INVERT].setChecked(inverted)
        self._actions[Action.TEXTS].setChecked(texts)


def _same(preset: Voi, voi: Voi | None) -> bool:
    if isinstance(preset, Window) and isinstance(voi, Window):
        return (preset.center, preset.width) == (voi.center, voi.width)
    return preset is voi
