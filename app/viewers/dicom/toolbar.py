"""The row of tools above the pictures, made from the table."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QMenu,
    QSizePolicy,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolBar,
    QToolButton,
    QWidget,
)

from app.imaging.voi import Voi
from app.kit.icons import set_picture
from app.models.tips import plain_tip
from app.viewers.dicom.bindings import Bindings
from app.viewers.dicom.captions import preset_line
from app.viewers.dicom.entry import Entry, Group, Kind
from app.viewers.dicom.key_words import native
from app.viewers.dicom.layout_picker import LayoutPicker, add_picker
from app.viewers.dicom.menus import Doer, fill, menu_words
from app.viewers.dicom.presets import Choice

translate = QCoreApplication.translate
ICONS = {
    "window": "view-window",
    "scroll": "view-scroll",
    "zoom": "view-zoom",
    "pan": "view-pan",
    "magnifier": "view-magnifier",
    "probe": "view-probe",
    "length": "view-length",
    "ellipse": "view-ellipse",
    "mpr": "view-planes",
    "invert": "view-invert",
    "fit": "view-fit",
    "one_to_one": "view-one-to-one",
    "play": "view-play",
    "texts": "view-texts",
}
"""What stands on the bar where words have no room; their names and tips stay words."""
_PRESETS, _PRESETS_NARROW = 160, 112
"""Least widths of the list of presets."""


class PresetBox(QComboBox):
    """Shows with "…" that a preset has no room: a number cut off would read as another one."""

    def shown_text(self) -> str:
        """The current preset as far as it can be read."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        style, field = self.style(), QStyle.SubControl.SC_ComboBoxEditField
        complex_ = QStyle.ComplexControl.CC_ComboBox
        room = style.subControlRect(complex_, option, field, self).width() - 8
        elide = Qt.TextElideMode.ElideRight
        text = self.currentText() or self.placeholderText()
        return self.fontMetrics().elidedText(text, elide, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        option.currentText = self.shown_text()  # type: ignore[attr-defined]  # not in the stubs
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        painter.end()


class ViewerToolbar(QToolBar):
    """Tools (one is active), presets, and what is done at once. Where there is no room for words
    there are icons; what then has no room folds away.

    `always` is a second bar that never folds: the layout, and "More" with every entry of the
    table.
    """

    def __init__(self, bindings: Bindings, doer: Doer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("viewer_toolbar")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._bindings = bindings
        self._doer = doer
        self._choices: tuple[Choice, ...] = ()
        self._told = ""
        self._buttons: dict[str, QToolButton] = {}
        # What has no key that people know by heart comes before what folds away first.
        bar = sorted(
            (entry for entry in bindings.table if entry.bar),
            key=lambda entry: entry.group is not Group.PLANES,
        )
        for entry in bar:
            if entry.group in (Group.TOOLS, Group.MEASURE):
                self._add(entry)
        self._presets = self._preset_box()
        self.addWidget(self._presets)
        self._layout_button, self._picker = self._layout_menu()
        for entry in bar:
            if entry.group not in (Group.TOOLS, Group.MEASURE):
                self._add(entry)
        self._more = self._button("viewer_more")
        self._more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._menu = QMenu(self._more)
        self._menu.setObjectName("viewer_menu")
        self._menu.aboutToShow.connect(lambda: fill(self._menu, bindings, doer))
        self._more.setMenu(self._menu)
        self.always = QToolBar(parent)
        self.always.setObjectName("viewer_menus")
        self.always.setMovable(False)
        self.always.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.always.addWidget(self._layout_button)
        self.always.addWidget(self._more)
        self.always.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        bindings.changed.connect(self.words)
        self._wide = 0
        self.words()

    def _add(self, entry: Entry) -> None:
        kind = "tool" if entry.kind is Kind.TOOL else "action"
        button = self._button(f"{kind}_{entry.id}")
        button.setCheckable(entry.kind is not Kind.ACTION)
        button.clicked.connect(lambda _=False: self._doer.act(entry.id))
        self._buttons[entry.id] = button
        self.addWidget(button)

    def _preset_box(self) -> QComboBox:
        box = PresetBox()
        box.setObjectName("viewer_presets")
        box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        box.setMinimumWidth(_PRESETS)
        box.setMaximumWidth(240)
        box.activated.connect(self._doer.choose_preset)
        return box

    def _layout_menu(self) -> tuple[QToolButton, LayoutPicker]:
        button = self._button("viewer_layout")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        picker = add_picker(menu)
        picker.chosen.connect(self._doer.choose_layout)
        menu.aboutToShow.connect(lambda: self._fill_layouts(menu, picker))
        button.setMenu(menu)
        return button, picker

    def _fill_layouts(self, menu: QMenu, picker: LayoutPicker) -> None:
        """The picker stays; the ways to hang change with the case."""
        picker.mark(self._doer.layout_shape())
        for action in menu.actions()[1:]:
            menu.removeAction(action)
        menu.addSeparator()
        self._doer.fill_hanging(menu)

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def words(self) -> None:
        """Every text, again after the language or a binding changed."""
        for id_, button in self._buttons.items():
            self._say(button, self._bindings.table[id_].words, self._bindings.hint(id_))
        self._say(self._more, menu_words(), self._bindings.hint("menu"))
        self._say_layout()
        self._picker.words()
        self._presets.setAccessibleName(translate("DicomViewer", "Window presets"))
        self._presets.setToolTip(translate("DicomViewer", "Window presets (keys 1 to 9)"))
        self.show_presets(self._choices, again=True)
        self._measure()

    def _measure(self) -> None:
        """How wide the bar is with words."""
        for button in self._buttons.values():
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        wide = [button.sizeHint().width() for button in self._buttons.values()]
        wide.append(_PRESETS)
        layout = self.layout()
        space = max(0, layout.spacing()) if layout is not None else 0
        edges = self.contentsMargins().left() + self.contentsMargins().right()
        self._wide = sum(wide) + space * (len(wide) + 1) + edges
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < self._wide
        self._presets.setMinimumWidth(_PRESETS_NARROW if narrow else _PRESETS)
        for id_, button in self._buttons.items():
            alone = narrow and id_ in ICONS
            style = Qt.ToolButtonStyle
            wanted = style.ToolButtonIconOnly if alone else style.ToolButtonTextOnly
            if button.toolButtonStyle() is wanted:
                continue
            if alone:  # only now: each is drawn from its file
                set_picture(button, ICONS[id_])
            button.setToolButtonStyle(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        # The first come while the bar is being made.
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange) and self._wide:
            self._measure()

    def _say_layout(self) -> None:
        self._told = self._doer.hanging_told()
        self._say(self._layout_button, translate("DicomViewer", "Layout"), self._told)

    @staticmethod
    def _say(button: QToolButton, text: str, hint: str) -> None:
        button.setText(text)
        button.setAccessibleName(text)
        button.setToolTip(plain_tip(f"{text} ({hint})" if hint else text))

    def show_presets(self, presets: tuple[Choice, ...], *, again: bool = False) -> None:
        """List presets with the key that chooses each."""
        if presets == self._choices and not again:
            return
        self._choices = presets
        self._presets.clear()
        for preset in presets:
            bound = self._bindings.keys(preset.action)
            self._presets.addItem((f"{native(bound[0])}  " if bound else "") + preset.words)
        self._presets.setEnabled(bool(presets))

    def mark(self, voi: Voi | None) -> None:
        """Show what is in force; a window that is none of the presets by its numbers."""
        row = next((n for n, one in enumerate(self._choices) if one.is_in_force(voi)), -1)
        self._presets.setPlaceholderText(preset_line(voi) if voi is not None else "")
        if row != self._presets.currentIndex():
            self._presets.setCurrentIndex(row)
        if self._told != self._doer.hanging_told():
            self._say_layout()
        for id_, button in self._buttons.items():
            if button.isCheckable():
                button.setChecked(self._doer.is_on(id_))
