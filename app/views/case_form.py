"""The new case: patient, question, images, consent; what is missing stands beside it."""

import html
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QCheckBox, QLayout, QScrollArea, QWidget

from app.commands.case_wishes import WishAnswers
from app.commands.emr_wishes import WishTakeBackRecord
from app.commands.intake_wishes import WishAttach, WishLook
from app.commands.wishes import (
    WishCancelImport,
    WishCancelUpload,
    WishEditCase,
    WishGoWithout,
    WishOpenCase,
    WishSubmit,
)
from app.kit.layouts import arrange, column, row, surface
from app.kit.question import ask
from app.kit.typing_pause import TypingPause
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.case_form import CaseFormProps
from app.models.words import listed
from app.session.case_action import ItemAnswer
from app.views.asked_list import AskedList
from app.views.case_fields import ConsentFields, PatientFields, QuestionFields
from app.views.line_note import LineNote
from app.views.shared_line import SharedLine
from app.views.study_rows import StudyRows
from app.views.triage import TriageHints
from protocol.consultation import CaseContent

"""Typing is told to the program after this pause, so that a word is one edit."""
SIDE_WIDTH, TWO_COLUMNS = 300, 1000
"""What is missing stands beside the fields, and those in two columns from so many pixels on."""


class CaseForm(View):
    """Every change is wished at once and saved by itself; there is no save button."""

    browsed = Signal()
    """Asks the window for a folder of images."""
    files_browsed = Signal()
    """Asks the window for photographs, documents or single images."""

    def __init__(self) -> None:
        super().__init__()
        self._props: CaseFormProps | None = None
        self.setAcceptDrops(True)
        self._title, self._number = label("pageTitle", "title"), label("caseNumber", "muted")
        self._patient, self.question = PatientFields(), QuestionFields()
        self._consent = ConsentFields()
        self._triage = TriageHints()
        self._triage.taken.connect(self.question.take)
        self._line = LineNote()
        self._line.named.connect(self._touched)
        self._asked = AskedList()
        self._asked.answered.connect(self._answer)
        self.record = SharedLine()
        self.record.removed.connect(self._remove_record)
        self.record.compared.connect(self._touched)
        self._studies = StudyRows()
        self._studies.cancelled.connect(self._take_out)
        self._studies.late_wanted.connect(self._add_late)
        self._studies.without_wanted.connect(self._go_without)
        self._studies.import_cancelled.connect(lambda: self.wished.emit(WishCancelImport()))
        self._browse = button("addImages", self.browsed.emit)
        self._files = button("addFiles", self.files_browsed.emit)
        self._heads = [label(kind="lead") for _ in range(4)]
        self._drop = label("dropHint", "muted", wrap=True)
        self._doubt = label("otherPatient", "problem", wrap=True)
        self._checked = QCheckBox()
        self._checked.setObjectName("identityChecked")
        self._check_title = label(kind="lead")
        self._checks = label("checklist", wrap=True)
        self._checks.setTextFormat(Qt.TextFormat.RichText)
        self._why_not = label("whyNot", "small", wrap=True)
        self._submit = button("submit", self.submit, "primary")
        self._typing = TypingPause(self)
        self._typing.due.connect(self._tell)
        for part in (self._patient, self.question, self._consent):
            part.edited.connect(self._typing.touch)
        self._checked.toggled.connect(lambda _on: self._typing.touch())
        self.setLayout(self._arranged())
        self.words()

    def _arranged(self) -> QLayout:
        left = column(
            surface("card", column(self._heads[0], self.record, self._patient, margin=4, gap=3)),
            surface("card", column(self._heads[3], self._consent, margin=4, gap=3)),
            None,
            gap=3,
        )
        images = column(
            row(self._heads[2], None, self._files, self._browse),
            self._drop,
            self._doubt,
            self._checked,
            self._studies,
            margin=4,
            gap=3,
        )
        right = column(
            self._asked,
            surface("card", images),
            surface("card", column(self._heads[1], self.question, margin=4, gap=3)),
            None,
            gap=3,
        )
        inner = QWidget()
        self._columns = row(left, right, gap=3)
        self._columns.setStretch(0, 2)
        self._columns.setStretch(1, 3)
        inner.setLayout(self._columns)
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side = surface(
            "card",
            column(
                self._check_title,
                self._checks,
                self._triage,
                self._line,
                None,
                self._why_not,
                self._submit,
                margin=4,
                gap=3,
            ),
        )
        side.setFixedWidth(SIDE_WIDTH)
        return column(
            row(self._title, self._number, None),
            row(scroll, side, gap=3),
            margin=5,
            gap=3,
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        arrange(self._columns, across=self.width() >= TWO_COLUMNS)

    # --- what it shows -------------------------------------------------------------------

    def show_props(self, props: CaseFormProps) -> None:
        before, self._props = self._props, props
        other_case = before is None or before.consultation_id != props.consultation_id
        self._number.setText(props.number)
        if other_case:
            self._typing.stop()
            self._patient.clear()
            self._consent.clear()
        if not self._typing.active:
            self._patient.show_content(props.content)
            self.question.show_content(props.content)
            self._consent.show_content(props.content)
            blocked = self._checked.blockSignals(True)
            settled = bool(props.doubt) and props.content.identity_checked == props.doubt_key
            self._checked.setChecked(settled)
            self._checked.blockSignals(blocked)
        self._doubt.setText(f"⚠ {props.doubt}" if props.doubt else "")
        self._doubt.setVisible(bool(props.doubt))
        self._checked.setVisible(bool(props.doubt))
        self._enable(props)
        self._triage.show_props(props.triage)
        if not self._typing.active:
            self._line.show_props(props.line)
        self.record.show_props(props.record)
        self._asked.show_asked(props.asked)
        self._studies.show_rows(props.studies, props.importing, props.unreadable)
        self._drop.setVisible(not props.studies and props.importing is None)
        rows = "".join(
            f'<p style="margin:3px 0">{"✓" if item.done else "○"}&nbsp; '
            f"{item.text if item.done else f'<b>{item.text}</b>'}</p>"
            for item in props.checklist
        )
        self._checks.setText(f"<p>{html.escape(self._about_late())}</p>" if props.late else rows)
        missing = listed(item.text for item in props.checklist if not item.done)
        self._checks.setAccessibleName(missing)
        self._why_not.setText("" if props.late else props.why_not)
        self._submit.setEnabled(props.can_submit or props.late)
        self._name_submit()
        self._name_title()

    def _enable(self, props: CaseFormProps) -> None:
        for part in (self._checked, self._patient, self.question, self._consent):
            part.setEnabled(props.editable)
        for adding in (self._browse, self._files):
            adding.setEnabled(props.takes_images)

    def words(self) -> None:
        self._name_title()
        for head, text in zip(
            self._heads,
            (
                self.tr("Patient"),
                self.tr("What is asked"),
                self.tr("Images"),
                self.tr("Consent of the patient"),
            ),
            strict=True,
        ):
            head.setText(text)
        set_words(self._browse, self.tr("Add images…"), "Ctrl+O")
        set_words(self._files, self.tr("Add files…"))
        self._drop.setText(
            self.tr(
                "Drop a folder, a ZIP file, DICOM files, photographs or PDF files here, "
                "or press “Add images…”."
            )
        )
        self._checked.setText(self.tr("I have compared them: the images are this patient's"))
        self._checked.setAccessibleName(self._checked.text())
        self._name_submit()

    def _about_late(self) -> str:
        return self.tr(
            "The case is with the experts. What you add here is sent at once and marked as late; "
            "whoever has the case sees how many images are still to come and waits for them before "
            "signing, unless they choose not to. Its place in the queue and its clocks stay."
        )

    def _name_title(self) -> None:
        props = self._props
        late = props is not None and props.late
        self._check_title.setText(self.tr("Late images") if late else self.tr("Ready to submit?"))
        if late:
            self._title.setText(self.tr("Late images"))
            return
        again = props is not None and props.resubmits
        self._title.setText(self.tr("More information wanted") if again else self.tr("New case"))

    def _name_submit(self) -> None:
        if self._props is not None and self._props.late:
            set_words(self._submit, self.tr("Back to the case"), "Ctrl+Return")
            return
        again = self._props is not None and self._props.resubmits
        text = self.tr("Send what was asked for") if again else self.tr("Submit – experts are rung")
        set_words(self._submit, text, "Ctrl+Return")

    # --- what it wishes ------------------------------------------------------------------

    def flush(self) -> None:
        """Tells what was typed up to now, before the page is left or the case submitted."""
        self._asked.flush()
        typed = self.take_typed()
        if typed is not None:
            self.wished.emit(typed)

    def submit(self) -> None:
        """The case goes out, after a question where images of it would be left behind."""
        props = self._props
        if props is not None and props.late:
            self.wished.emit(WishOpenCase(props.consultation_id))
            return
        if props is None or not props.asks or not props.can_submit:
            self.wished.emit(WishSubmit())
            return
        ask(
            self,
            "lateQuestion",
            (self.tr("Images are missing"), props.asks),
            yes=("lateAnyway", self.tr("Submit without them")),
            no=("lateBack", self.tr("Back to the images")),
            on_yes=lambda: self.wished.emit(WishSubmit()),
        )

    def _take_out(self, study_instance_uid: str, question: str) -> None:
        wish = WishCancelUpload(study_instance_uid)
        if not question:
            self.wished.emit(wish)
            return
        ask(
            self,
            "takeOutQuestion",
            (self.tr("Remove from the case"), question),
            yes=("takeOut", self.tr("Remove")),
            no=("takeOutBack", self.tr("Keep")),
            on_yes=lambda: self.wished.emit(wish),
        )

    def _go_without(self, study_instance_uid: str, question: str) -> None:
        ask(
            self,
            "withoutQuestion",
            (self.tr("Refused images"), question),
            yes=("goWithout", self.tr("Go on without them")),
            no=("goWithoutBack", self.tr("Back to the images")),
            on_yes=lambda: self.wished.emit(WishGoWithout(study_instance_uid)),
        )

    def _remove_record(self) -> None:
        if self._props is not None:
            self.wished.emit(WishTakeBackRecord(self._props.consultation_id))

    def _answer(self, answers: tuple[ItemAnswer, ...]) -> None:
        if self._props is not None:
            self.wished.emit(WishAnswers(self._props.consultation_id, answers))

    def _add_late(self, study_instance_uid: str) -> None:
        if self._props is not None:
            self.wished.emit(WishAttach((study_instance_uid,), self._props.consultation_id))

    def take_typed(self) -> WishEditCase | None:
        """What was typed and not told yet, for who must keep it at this moment."""
        if not self._typing.active:
            return None
        self._typing.stop()
        return self._wish()

    def _touched(self) -> None:
        self._typing.touch()

    def _tell(self) -> None:
        typed = self._wish()
        if typed is not None:
            self.wished.emit(typed)

    def _wish(self) -> WishEditCase | None:
        props = self._props
        if props is None:
            return None
        if not props.editable:  # of a case that came back only the record can still be compared
            checked = self.record.checked_key(props.content.record_checked)
            if checked == props.content.record_checked:
                return None
            content = props.content.model_copy(update={"record_checked": checked})
            return WishEditCase(content, props.consultation_id)
        return WishEditCase(self._content(), props.consultation_id)

    def _content(self) -> CaseContent:
        assert self._props is not None
        old = self._props.content
        return CaseContent(
            patient=self._patient.patient(),
            directed_expert_id=self._line.named_or(old.directed_expert_id),
            consent=self._consent.consent(old.consent),
            identity_checked=self._props.doubt_key if self._checked.isChecked() else "",
            record_checked=self.record.checked_key(old.record_checked),
            **self.question.values(),
        )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = tuple(
            Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()
        )
        if paths:
            event.acceptProposedAction()
            self.wished.emit(WishLook(paths))
