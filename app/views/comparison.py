"""The window in which reports lie side by side."""

from html import escape

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QScrollArea, QWidget

from app.commands.case_wishes import WishCloseComparison
from app.kit.layouts import column, row
from app.kit.widgets import TextKind, button, label, set_property, set_words
from app.models.comparison import ComparedRow, ComparisonProps, Piece, ReportHead
from app.models.workspace import WorkspaceProps

SIZE = QSize(920, 640)
LEAST_COLUMN = 230
FIT_WITHOUT_SCROLLING = 3


class ComparisonWindow(QDialog):
    """Open while something is compared; what only one report says is underlined and bold."""

    wished = Signal(object)
    inserting = Signal(str)
    """A sentence for the report that is being written."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("comparison")
        self._whole: WorkspaceProps | None = None
        self._shown: ComparisonProps | None = None
        self._verdict = label("verdict", wrap=True)
        bar = QWidget()
        bar.setObjectName("stripLine")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        bar.setLayout(column(self._verdict, margin=2))
        self._bar = bar
        self._legend = label("comparisonLegend", "small", wrap=True)
        self._scroll = QScrollArea()
        self._scroll.setObjectName("comparedReports")
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._close = button("closeComparison", self.reject, "primary")
        self._close.setAutoDefault(False)
        self._insert = button("insertComparison", self._wish_sentence)
        self._insert.setAutoDefault(False)
        buttons = row(None, self._insert, self._close)
        whole = column(bar, self._legend, self._scroll, buttons, margin=3)
        whole.setStretch(2, 1)
        self.setLayout(whole)
        self.resize(SIZE)
        self._words()

    def show_props(self, whole: WorkspaceProps) -> None:
        before, self._whole = self._shown, whole
        props = self._shown = whole.comparison
        if props is None:
            self.hide()
            return
        if props != before:
            at = self._scroll.verticalScrollBar().value()
            self._fill(props)
            self._scroll.verticalScrollBar().setValue(at)  # who writes reads on where they were
        if before is None:
            self.show()
            self.activateWindow()
            self._scroll.setFocus()  # the arrows move what is read

    def _fill(self, props: ComparisonProps) -> None:
        self.setWindowTitle(props.title)
        self._scroll.setAccessibleName(props.title)
        self._verdict.setText(props.verdict)
        set_property(self._bar, "notice", props.look)
        self._legend.setVisible(bool(props.rows))
        self._insert.setVisible(bool(props.sentence))
        wide = len(props.heads) > FIT_WITHOUT_SCROLLING
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self._scroll.setHorizontalScrollBarPolicy(
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if wide else off
        )
        body = QWidget()
        grid = QGridLayout(body)
        grid.setContentsMargins(4, 4, 4, 4)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        for side, head in enumerate(props.heads):
            grid.setColumnStretch(side, 1)
            grid.setColumnMinimumWidth(side, LEAST_COLUMN)
            grid.addWidget(_head(head), 0, side)
        for at, one in enumerate(props.rows):
            title = label("comparedTitle", "lead")
            title.setText(self._titled(one))
            grid.addWidget(title, 2 * at + 1, 0, 1, len(props.heads))
            for side, pieces in enumerate(one.texts):
                text = self._text(pieces)
                text.setAccessibleName(one.title)
                grid.addWidget(text, 2 * at + 2, side, Qt.AlignmentFlag.AlignTop)
        grid.setRowStretch(2 * len(props.rows) + 1, 1)
        self._scroll.setWidget(body)

    def _titled(self, one: ComparedRow) -> str:
        return one.title if one.same else self.tr("{title} · differs").format(title=one.title)

    def _text(self, pieces: tuple[Piece, ...]) -> QLabel:
        made = label("comparedText", wrap=True)
        made.setTextFormat(Qt.TextFormat.RichText)
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        parts = [_marked(one) for one in pieces]
        text = "".join(parts).strip().replace("\n", "<br>")
        made.setText(text or escape(self.tr("Nothing is said.")))
        return made

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._leave()

    def reject(self) -> None:
        """Escape."""
        super().reject()
        self._leave()

    def _wish_sentence(self) -> None:
        if self._shown is not None:
            self.inserting.emit(self._shown.sentence)

    def _leave(self) -> None:
        if self._whole is not None and self._shown is not None:
            self.wished.emit(WishCloseComparison(self._whole.consultation_id))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._words()
            if self._shown is not None:
                self._fill(self._shown)
        super().changeEvent(event)

    def _words(self) -> None:
        self._legend.setText(self.tr("Underlined: only this report says it."))
        set_words(self._insert, self.tr("Insert a comparison sentence"))
        set_words(self._close, self.tr("Close"), "Esc")


def _marked(piece: Piece) -> str:
    words = piece.text.rstrip(" ")
    spaces = piece.text[len(words) :]
    text = escape(words)
    return (f"<b><u>{text}</u></b>" if piece.alone else text) + spaces


def _head(head: ReportHead) -> QWidget:
    title, line = label("comparedHead", "lead", wrap=True), label("comparedExpert", wrap=True)
    looks: dict[bool | None, TextKind] = {True: "good", False: "problem", None: "muted"}
    signature = label("comparedSignature", looks[head.verified], wrap=True)
    title.setText(head.title)
    line.setText(head.line)
    signature.setText(head.signature)
    made = QWidget()
    made.setLayout(column(title, line, signature, gap=1))
    return made
