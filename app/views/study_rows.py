"""Studies on their way: one row each with progress, and every image on demand."""

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QListView, QProgressBar, QVBoxLayout, QWidget

from app.kit.layouts import column, row, surface
from app.kit.widgets import ElidedLabel, button, chip, label, set_chip, set_words
from app.models.case_form import StudyRowProps
from app.models.image_list import ImageList


class StudyRow(QWidget):
    """One study; "Images" unfolds the state of every image."""

    cancelled = Signal(str, str)
    """A study is to be stopped or taken out of the case; with it what is asked before, if anything.
    """
    late_wanted = Signal(str)
    """The images that came later are to go with the case."""
    without_wanted = Signal(str, str)
    """The case is to go on without what was refused; with it what is asked before."""

    def __init__(self, uid: str) -> None:
        super().__init__()
        self._uid = uid
        self._props: StudyRowProps | None = None
        self._title, self._line = ElidedLabel(kind="lead"), label("studyLine", "small", wrap=True)
        self._mark = chip()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._more = button("studyImages", self._toggle, "quiet")
        self._cancel = button("studyCancel", self._leave, "quiet")
        self._warning = label("studyWarning", "problem", wrap=True)
        self._late = button("studyLate", lambda: self.late_wanted.emit(self._uid))
        self._without = button("studyWithout", self._go_without)
        self._list = ImageList(self)
        self._images = QListView()
        self._images.setModel(self._list)
        self._images.setUniformItemSizes(True)
        self._images.setObjectName("studyImageList")
        self._images.setMinimumHeight(140)
        self._images.hide()
        state = row(self._line, self._more, self._cancel)
        late = row(self._warning, self._late, self._without)
        for one in (state, late):
            one.setStretch(0, 1)
        self.setLayout(
            column(
                surface(
                    "raised",
                    column(
                        row(self._title, self._mark),
                        self._bar,
                        state,
                        late,
                        self._images,
                        margin=3,
                        gap=1,
                    ),
                )
            )
        )

    def show_row(self, props: StudyRowProps) -> None:
        if props == self._props:
            return
        self._props = props
        self._title.setText(props.title)
        self._line.setText(props.line)
        self._bar.setMaximum(100)
        self._bar.setValue(props.percent)
        self._bar.setAccessibleName(props.line)
        self._cancel.setVisible(props.can_cancel or props.can_remove)
        self._more.setVisible(bool(props.images))
        self._warning.setText(props.warning)
        self._warning.setVisible(bool(props.warning))
        self._late.setVisible(bool(props.late))
        self._without.setVisible(bool(props.without_asks))
        self.words()
        if self._images.isVisible():
            self._fill()

    def words(self) -> None:
        set_words(self._more, self.tr("Images"))
        self._images.setAccessibleName(self.tr("State of every image"))
        if self._props is not None:
            removes = self._props.can_remove
            words = self.tr("Remove from the case") if removes else self.tr("Stop")
            set_words(self._cancel, words)
            self._cancel.setAccessibleName(f"{words}: {self._props.title}")
            set_words(self._late, self.tr("Add the {n}").format(n=self._props.late))
            set_words(self._without, self.tr("Go on without the refused…"))
            self._without.setAccessibleName(f"{self._without.text()} {self._props.title}")
            marks = {"good": self.tr("Verified"), "error": self.tr("Refused")}
            set_chip(self._mark, marks.get(self._props.look, ""), self._props.look)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def _leave(self) -> None:
        self.cancelled.emit(self._uid, self._props.remove_asks if self._props else "")

    def _go_without(self) -> None:
        self.without_wanted.emit(self._uid, self._props.without_asks if self._props else "")

    def _toggle(self) -> None:
        self._images.setVisible(not self._images.isVisible())
        self._fill()

    def _fill(self) -> None:
        self._list.show_images(self._props.images if self._props else ())


class StudyRows(QWidget):
    """All studies of a case, the import that runs, and the files left out."""

    cancelled = Signal(str, str)
    late_wanted = Signal(str)
    without_wanted = Signal(str, str)
    import_cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, StudyRow] = {}
        self._importing = label("importing", "muted")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._stop = button("importCancel", self.import_cancelled.emit, "quiet")
        self._import_part = QWidget()
        self._import_part.setLayout(column(row(self._importing, None, self._stop), self._bar))
        self._left_out = label("leftOut", "problem", wrap=True)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self.setLayout(column(self._import_part, self._list, self._left_out, gap=2))
        self.show_rows((), None, ())
        self.words()

    def words(self) -> None:
        set_words(self._stop, self.tr("Stop"))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.words()
        super().changeEvent(event)

    def show_rows(
        self,
        studies: tuple[StudyRowProps, ...],
        importing: tuple[int, int] | None,
        unreadable: tuple[tuple[str, str], ...],
    ) -> None:
        for uid in set(self._rows) - {study.study_instance_uid for study in studies}:
            self._rows.pop(uid).deleteLater()
        for study in studies:
            uid = study.study_instance_uid
            if uid not in self._rows:
                made = StudyRow(uid)
                made.cancelled.connect(self.cancelled)
                made.late_wanted.connect(self.late_wanted)
                made.without_wanted.connect(self.without_wanted)
                self._rows[uid] = made
                self._list.addWidget(made)
            self._rows[uid].show_row(study)
        self._import_part.setVisible(importing is not None)
        if importing is not None:
            done, total = importing
            self._importing.setText(
                self.tr("Reading files: {done} of {total}").format(done=done, total=total)
            )
            self._bar.setMaximum(max(1, total))
            self._bar.setValue(done)
        self._left_out.setVisible(bool(unreadable))
        if unreadable:
            shown = "\n".join(f"{name}: {reason}" for name, reason in unreadable[:6])
            more = len(unreadable) - 6
            tail = self.tr("\n… and {n} more").format(n=more) if more > 0 else ""
            head = self.tr("Left out ({n}):").format(n=len(unreadable))
            self._left_out.setText(f"{head}\n{shown}{tail}")
