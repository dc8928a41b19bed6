"""The record of one patient as it was read: to share of it, to add to it, to mark what is wrong."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QProgressBar, QVBoxLayout, QWidget

from app.commands.emr_wishes import (
    Section,
    WishCorrectPatient,
    WishEndEntry,
    WishLeavePatient,
    WishReadPatient,
    WishStopReading,
    WishStopSharing,
    WishTakeBackEntry,
)
from app.kit.layouts import column, row, scrolling
from app.kit.question import ask
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.emr import RecordView
from app.models.emr_search import ReadingProps, share_choices
from app.models.record_marks import Marked
from app.views.emr import RecordSections
from app.views.record_mark import MarkWindow
from app.views.since_choice import SinceChoice

CHOICES_WIDTH = 250
FULL_OF = (Section.DOCUMENTS, Section.REPORTS)
"""What may go with its documents in full."""


class ReadRecord(View):
    """The record of one patient as it comes, and boxes for what of it is shared."""

    shared = Signal(object, bool, object, bool)
    """The sections that were chosen, whether somebody compared whose it is, since which day
    (None: of all times), and whether documents go with their content."""
    adding = Signal()
    """Something is to be entered by hand."""
    images_wanted = Signal(str)
    """The images of a study of the record are to be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self._props: ReadingProps | None = None
        self._view = RecordView()
        self._boxes: dict[Section, QCheckBox] = {}
        self._state = label("emrReading", "lead", wrap=True)
        self._bar = QProgressBar()
        self._bar.setObjectName("emrBar")
        self._bar.setTextVisible(False)
        self._problem = label("emrProblem", "problem", wrap=True)
        self._compare = label("emrCompare", "problem", wrap=True)
        self._compared = QCheckBox()
        self._compared.setObjectName("emrCompared")
        self._compared.toggled.connect(lambda _on: self._follow())
        self._head = label("emrChoose", "lead", wrap=True)
        self._hint = label("emrHint", "small", wrap=True)
        self._since = SinceChoice("emrSince")
        self._since.changed.connect(self._say_counts)
        self._list = QVBoxLayout()
        self._list.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._sections = RecordSections(at_hospital=True)
        self._sections.wished.connect(self.wished)
        self._contents = QCheckBox()
        self._contents.setObjectName("emrContents")
        self._back = button("emrBack", self._leave)
        self._again = button("emrAgain", self._read_again)
        self._share = button("emrShare", self._wish, "primary")
        self._add = button("emrAdd", self.adding.emit)
        self._wrong = button("emrWrong", self._ask_wrong)
        self._over = button("emrOver", self._ask_over)
        self._correct = button("emrCorrect", self._ask_correct)
        self._images = button("emrImages", self._want_images)
        self._sections.marked.connect(self._follow)
        self._ours = False
        pressed = (self._correct, self._back, self._share, self._add, self._over, self._wrong)
        for one in (*pressed, self._images, self._again):
            one.setAutoDefault(False)
        inner = QWidget()
        inner.setLayout(self._list)
        self._side = QWidget()
        self._side.setFixedWidth(CHOICES_WIDTH)
        side = column(self._head, scrolling(inner), self._contents, self._since, self._hint, gap=2)
        side.setStretch(1, 1)
        self._side.setLayout(side)
        both = row(self._sections, self._side, gap=3)
        both.setStretch(0, 1)
        whole = column(
            self._state,
            self._bar,
            self._problem,
            row(self._correct, None),
            self._compare,
            self._compared,
            both,
            row(
                *(self._back, self._again, self._images, self._add, self._over, self._wrong),
                None,
                self._share,
            ),
            gap=2,
        )
        whole.setStretch(6, 1)
        self.setLayout(whole)
        self.words()

    def show_props(self, props: ReadingProps | None, *, ours: bool = False) -> None:
        """`ours`: the record can be written into by hand."""
        before, self._props, self._ours = self._props, props, ours
        if props is None or (before is not None and before.patient_id != props.patient_id):
            self._sections.show_view(RecordView())  # of another nothing stays marked or open
            self._since.begin()
            self._contents.setChecked(False)
        if props is None or props == before:
            return
        if before is None or _seen(before) != _seen(props):
            self._sections.show_view(props.view)
        if before is None or (before.whole, before.choices) != (props.whole, props.choices):
            self._compared.setChecked(False)
            self._fill(props)
        there = props.record is not None
        for part in (self._sections, self._side, self._share):
            part.setVisible(there)
        self._add.setVisible(ours and props.can_add)
        self._wrong.setVisible(props.whole and ours)
        self._correct.setVisible(props.whole and bool(props.correction))
        self._again.setVisible(there and not props.whole and not props.going)
        self._bar.setVisible(props.going or props.sharing)
        done, parts = props.filled if props.sharing else (props.done, props.parts)
        self._bar.setMaximum(parts)
        self._bar.setValue(done)
        told = " ".join(one for one in (props.problem, props.unwritten) if one)
        self._problem.setText(f"⚠ {told}" if told else "")
        self._problem.setVisible(bool(told))
        asks = bool(props.compare) and not props.problem
        self._compare.setText(f"⚠ {props.compare}" if asks else "")
        self._compare.setVisible(asks)
        self._compared.setVisible(asks)
        self._say()
        self._follow()

    def _fill(self, props: ReadingProps) -> None:
        while self._list.count():
            old = self._list.takeAt(0).widget()
            old.hide()
            old.deleteLater()
        self._boxes = {}
        for section, _text in props.choices:
            box = QCheckBox()
            box.setObjectName(f"share_{section.name}")
            box.setChecked(True)
            box.toggled.connect(lambda _on: self._follow())
            self._boxes[section] = box
            self._list.addWidget(box)
        self._say_counts()

    def _say_counts(self) -> None:
        """How many of each part go along, of the time that is chosen."""
        props = self._props
        if props is None or not props.whole or props.record is None:
            return
        for section, text in share_choices(props.record, self._since.day(props.today)):
            if (box := self._boxes.get(section)) is not None:
                box.setText(text)
                box.setAccessibleName(text)

    def words(self) -> None:
        self._head.setText(self.tr("What goes with the case"))
        self._compared.setText(self.tr("I have compared: this is the patient of the case"))
        self._compared.setAccessibleName(self._compared.text())
        self._since.words()
        set_words(self._again, self.tr("Read again"))
        set_words(self._images, self.tr("Fetch its images…"))
        set_words(self._add, self.tr("Add…"))
        set_words(self._correct, self.tr("Correct the patient of this record…"))
        set_words(self._over, self.tr("Stopped, over…"))
        set_words(self._wrong, self.tr("Entered in error…"))
        self._say()

    def _say(self) -> None:
        """How far reading and sharing are."""
        props = self._props
        going = props is not None and props.going
        part = props is not None and props.record is not None and not props.whole and not going
        text = self.tr("Reading the record of {name}…")
        told = text.format(name=props.person if props is not None else "") if going else ""
        told = self.tr("This is not the whole record: reading was stopped.") if part else told
        sharing = props is not None and props.sharing
        told = self._sharing_words() if sharing else told
        self._state.setText(told)
        self._state.setVisible(bool(told))
        self._bar.setAccessibleName(self._state.text())
        size = props.documents if props is not None else ""
        with_them = self.tr("Full documents ({size})")
        self._contents.setText(with_them.format(size=size))
        self._contents.setAccessibleName(self._contents.text())
        chosen = self.tr(
            "Only what is ticked goes with the case. Its experts read it, and who reads it is "
            "written down."
        )
        later = self.tr("It is chosen when all of the record has been read.")
        self._hint.setText(chosen if props is not None and props.whole else later)
        stops = going or sharing
        set_words(self._back, self.tr("Stop") if stops else self.tr("Back"), "Esc")
        set_words(self._share, self.tr("Sharing…") if sharing else self.tr("Share with the case"))

    def _sharing_words(self) -> str:
        done, documents = self._props.filled if self._props is not None else (0, 0)
        if not documents:
            return self.tr("Sharing…")
        text = self.tr("Fetching what the documents say: {done} of {documents}")
        return text.format(done=done, documents=documents)

    def stop(self) -> bool:
        """Whether something was going on that has been stopped."""
        props = self._props
        if props is None or not (props.going or props.sharing):
            return False
        self.wished.emit(WishStopSharing() if props.sharing else WishStopReading())
        return True

    def _leave(self) -> None:
        if not self.stop():
            self.wished.emit(WishLeavePatient())

    def _read_again(self) -> None:
        self.wished.emit(WishReadPatient(self._patient_id))

    def _want_images(self) -> None:
        if study := self._sections.chosen_study:
            self.images_wanted.emit(study)

    def _ask_wrong(self) -> None:
        """An entry stays in the record, and nobody is shown it any more."""
        if not (told := self._marked()):
            return
        whose = self._patient_id
        window = MarkWindow(self, "entryInError", told)
        window.set_words(
            (self.tr("Entered in error"), self.tr("Which of these values is wrong?")),
            self.tr(
                "Mark this as entered in error? Nobody is shown it any more. It is one entry, and "
                "goes as a whole:"
            ),
            yes=("takeBackEntry", self.tr("Mark as entered in error")),
            no=("keepEntry", self.tr("Keep it")),
        )
        window.marked.connect(lambda name, _at: self.wished.emit(WishTakeBackEntry(whose, name)))
        window.open()

    def _ask_over(self) -> None:
        """A problem or medicine stays in the record, as one that was."""
        whose = self._patient_id
        window = MarkWindow(self, "entryOver", self._sections.chosen, asks_when=True)
        window.set_words(
            (self.tr("Stopped, over"), ""),
            self.tr("This stays in the record as something that was:"),
            yes=("endEntry", self.tr("It is over")),
            no=("keepEntry", self.tr("Leave it as it is")),
        )
        window.marked.connect(lambda name, at: self.wished.emit(WishEndEntry(whose, name, at)))
        window.open()

    def _ask_correct(self) -> None:
        """Of this record, from the case that is open now: not from one that is open by then."""
        props = self._props
        if props is None or props.consultation_id is None:
            return
        wish = WishCorrectPatient(props.patient_id, props.consultation_id)
        text = self.tr(
            "Compare with the patient's papers. The record is then told as the case has it:"
        )
        ask(
            self,
            "correctPatient",
            (self.tr("Correct the patient"), f"{text}\n\n{props.correction}"),
            yes=("correctIt", self.tr("I have compared: correct it")),
            no=("leaveIt", self.tr("Leave it as it is")),
            on_yes=lambda: self.wished.emit(wish),
        )

    @property
    def _patient_id(self) -> str:
        return self._props.patient_id if self._props is not None else ""

    def _marked(self) -> tuple[Marked, ...]:
        """Those of the chosen row, the newest first; where none is chosen that is said."""
        told = self._sections.chosen
        if not told:
            self._problem.setText(self.tr("Mark the entry that is wrong first."))
            self._problem.setVisible(True)
        return told

    def _wish(self) -> None:
        if self._props is None:
            return
        chosen = tuple(one for one, box in self._boxes.items() if box.isChecked())
        since = self._since.day(self._props.today)
        contents = self._contents.isEnabled() and self._contents.isChecked()
        self.shared.emit(chosen, self._compared.isChecked(), since, contents)

    def _follow(self) -> None:
        props = self._props
        if props is None:
            return
        self._images.setVisible(props.archives and bool(self._sections.chosen_study))
        documents = [self._boxes[one] for one in FULL_OF if one in self._boxes]
        self._contents.setVisible(bool(documents and props.documents))
        self._contents.setEnabled(any(box.isChecked() for box in documents))
        chosen = any(box.isChecked() for box in self._boxes.values())
        compared = not props.compare or self._compared.isChecked()
        self._share.setEnabled(chosen and compared and props.can_share)
        self._add.setEnabled(compared)
        ends = any(one.ends for one in self._sections.chosen)
        self._over.setVisible(self._ours and props.whole and ends)


def _seen(props: ReadingProps) -> tuple[object, ...]:
    """What the sections show; a record equals itself alone."""
    return props.record, props.going, props.remarks
