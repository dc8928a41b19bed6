"""The pictures of a report: taken from the viewer, named, put in order; shown to who reads it."""

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QPushButton, QWidget

from app.commands.keys import COMMANDS, CommandId
from app.kit.icons import icon
from app.kit.layouts import column, row
from app.kit.view import View
from app.kit.widgets import button, label, line, set_text, set_words
from app.models.report import PictureProps
from app.models.tips import plain_tip
from protocol.report import MOST_PICTURES, ReportPicture

THUMBNAIL = QSize(132, 104)
FRAME = QSize(140, 112)
"""Of the button around it, before the picture has come and after."""
WAITING = QSize(32, 32)
KEY = COMMANDS[CommandId.TAKE_PICTURE].key
LONGEST_CAPTION = 200


class PictureRow(QWidget):
    """One picture with its number; a click on it goes to its image."""

    edited = Signal()
    moved = Signal()
    removed = Signal()
    opened = Signal(object)

    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._props: PictureProps | None = None
        self._drawn = b""
        self._picture = QPushButton()
        self._picture.setObjectName(f"reportPicture_{number}")
        self._picture.setProperty("kind", "quiet")
        self._picture.setFixedSize(FRAME)
        self._picture.setIconSize(WAITING)
        self._picture.setIcon(icon("image"))
        self._picture.clicked.connect(self._open)
        self._caption = line(f"pictureCaption_{number}")
        self._caption.setMaxLength(LONGEST_CAPTION)
        self._caption.textChanged.connect(lambda _text: self.edited.emit())
        self._said = label(f"pictureSaid_{number}", "small", wrap=True)
        self._up = button(f"pictureUp_{number}", self.moved.emit, "quiet")
        self._remove = button(f"pictureRemove_{number}", self.removed.emit, "quiet")
        words = column(self._said, self._caption, row(self._up, self._remove, None, gap=1), gap=1)
        whole = row(self._picture, words, gap=2)
        whole.setStretch(1, 1)
        self.setLayout(whole)

    def show_props(self, props: PictureProps, *, can_edit: bool, typing: bool) -> None:
        another = self._props is None or self._props.picture.sha256 != props.picture.sha256
        self._props = props
        typed = self._caption.text().strip()
        if another or (not typing and typed != props.picture.caption):
            set_text(self._caption, props.picture.caption)
        self._caption.setVisible(can_edit)
        self._up.setVisible(can_edit and self._number > 1)
        self._remove.setVisible(can_edit)
        self._show(props, can_edit=can_edit)

    def _show(self, props: PictureProps, *, can_edit: bool) -> None:
        name = self.tr("Picture {n}").format(n=self._number)
        caption = props.picture.caption
        whole = f"{name}: {caption}" if caption and not can_edit else name
        if props.lost:
            whole = self.tr("{name} · cannot be had any more").format(name=whole)
        self._said.setText(whole)
        self._caption.setAccessibleName(self.tr("Caption of picture {n}").format(n=self._number))
        self._caption.setPlaceholderText(self.tr("What is to be seen"))
        self._picture.setAccessibleName(self.tr("{name}: show its image").format(name=whole))
        self._picture.setToolTip(plain_tip(self._picture.accessibleName()))
        png = props.png or b""
        if png != self._drawn:
            self._drawn = png
            drawn = _drawn(png)
            self._picture.setIconSize(WAITING if drawn.isNull() else THUMBNAIL)
            self._picture.setIcon(icon("image") if drawn.isNull() else QIcon(drawn))

    @property
    def first(self) -> QWidget:
        """Where the keyboard comes in, and where it goes out again (`last`)."""
        return self._picture

    @property
    def last(self) -> QWidget:
        return self._remove

    def order(self) -> None:
        """From left to right, wherever in the window this came to be."""
        steps = (self._picture, self._caption, self._up, self._remove)
        for one, following in pairwise(steps):
            QWidget.setTabOrder(one, following)

    @property
    def picture(self) -> ReportPicture | None:
        if self._props is None:
            return None
        caption = self._caption.text().strip()
        return self._props.picture.model_copy(update={"caption": caption})

    def _open(self) -> None:
        if self._props is not None:
            self.opened.emit(self._props.picture)

    def words(self) -> None:
        set_words(self._up, self.tr("Move up"))
        set_words(self._remove, self.tr("Leave out"))
        if self._props is not None:
            self._show(self._props, can_edit=not self._caption.isHidden())


class PicturesPart(View):
    """`pictures` as they are named and ordered here."""

    edited = Signal()
    """A caption is being typed."""
    changed = Signal(object)
    """Another order, or one less: a tuple of `ReportPicture`."""
    taking = Signal()
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("picturesPart")
        self._rows: list[PictureRow] = []
        self._count = 0
        self._can_take = False
        self._can_edit = False
        self._title = label("picturesTitle", "fieldname")
        self._take = button("takePicture", self.take, "normal")
        self._column = column(row(self._title, None, self._take), gap=2)
        self.setLayout(self._column)
        self.words()

    def show_pictures(
        self,
        pictures: tuple[PictureProps, ...],
        *,
        can_edit: bool,
        can_take: bool,
        typing: bool,
    ) -> None:
        self._count, self._can_take = len(pictures), can_take
        self._can_edit = can_edit
        while len(self._rows) < len(pictures):
            self._add_row()
        for place, one in enumerate(self._rows):
            one.setVisible(place < len(pictures))
            if place < len(pictures):
                one.show_props(pictures[place], can_edit=can_edit, typing=typing)
        self._take.setVisible(can_edit)
        self._take.setEnabled(can_take)
        self.setVisible(can_edit or bool(pictures))
        self._say()

    def _add_row(self) -> None:
        made = PictureRow(len(self._rows) + 1)
        place = len(self._rows)
        made.edited.connect(self.edited)
        made.moved.connect(partial(self._move_up, place))
        made.removed.connect(partial(self._leave_out, place))
        made.opened.connect(self.opened)
        made.words()
        before = self._rows[-1].last if self._rows else self._take
        self._rows.append(made)
        self._column.addWidget(made)
        QWidget.setTabOrder(before, made.first)
        made.order()

    @property
    def pictures(self) -> tuple[ReportPicture, ...]:
        found = (one.picture for one in self._rows[: self._count])
        return tuple(one for one in found if one is not None)

    def _move_up(self, place: int) -> None:
        order = list(self.pictures)
        order[place - 1], order[place] = order[place], order[place - 1]
        self.changed.emit(tuple(order))

    def _leave_out(self, place: int) -> None:
        order = self.pictures
        self.changed.emit((*order[:place], *order[place + 1 :]))

    def take(self) -> None:
        if self._can_take:
            self.taking.emit()

    def _say(self) -> None:
        counted = self._count and self._can_edit
        text = self.tr("Pictures ({n} of {most})") if counted else self.tr("Pictures")
        self._title.setText(text.format(n=self._count, most=MOST_PICTURES))

    def words(self) -> None:
        set_words(self._take, self.tr("Take what the viewer shows"), KEY)
        for one in self._rows:
            one.words()
        self._say()


def _drawn(png: bytes) -> QPixmap:
    found = QPixmap()
    if not png or not found.loadFromData(png):
        return QPixmap()
    ways = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return found.scaled(THUMBNAIL, *ways)
