"""The report: written by the expert, signed, received, decided on, printed."""

from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QScrollArea, QSizePolicy, QWidget

from app.commands.case_wishes import WishQuote
from app.commands.report_wishes import WishShowImage, WishTakePicture
from app.commands.wishes import WishEditOpinion, WishSign
from app.kit.layouts import column, row
from app.kit.typing_pause import TypingPause
from app.kit.view import View
from app.kit.widgets import Field, LineField, button, label, set_property, set_text, set_words
from app.models.mdt import minutes_of_report
from app.models.report import ReportProps, ReportStage
from app.models.report_templates import ReportField
from app.models.words import word
from app.models.workspace import NextStep, WorkspaceProps
from app.viewers.paper import unprintable
from app.views.diagnosis_field import DiagnosisField
from app.views.minutes import MinutesPart
from app.views.report_decision import DecisionPart
from app.views.report_pictures import PicturesPart
from app.views.report_signing import SigningPart
from app.views.report_structured import StructuredPart
from app.views.report_writing import LEAST_HEIGHT, WritingHelp, writing_area
from protocol.report import LearningFlag, Opinion, ReportPicture

BODY_LEAST, DECIDED_LEAST = 150, 200
ROOM_AROUND = 24
WRITING_AROUND, WRITING_MOST = 28, 220
"""Who writes sees what is written, as long as the fields below stay near."""


class ReportPane(View):
    """One pane for both sides; what one may not do is not there."""

    printed = Signal()
    waived = Signal()
    copying = Signal()
    """The clinic wants to give the patient a copy."""
    belonging = Signal()
    """The expert wants to go on without late images."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("reportPane")
        self._props: ReportProps | None = None
        self._case: UUID | None = None
        self._status = label("reportStatus", "muted", wrap=True)
        self._told = label("criticalTold", "problem", wrap=True)
        self._paper = label("paperStatus", "good", wrap=True)
        self._amending = label("amendStatus", "lead", wrap=True)
        names = ("findings", "impression", "recommendation")
        self._areas = {name: Field(writing_area(name)) for name in names}
        self.codes = DiagnosisField("reportCodes")
        self._critical, self._library = QCheckBox(), QCheckBox()
        self._critical.setObjectName("criticalFinding")
        self._library.setObjectName("recommendLibrary")
        self._what = LineField("criticalFindingWords")
        self._what.line.setMaxLength(200)
        self._critical.toggled.connect(self._what.setVisible)
        self._what.hide()
        self._flags = {flag: QCheckBox() for flag in LearningFlag}
        for flag, box in self._flags.items():
            box.setObjectName(f"learning_{flag.value}")
        self._typing = TypingPause(self)
        self._typing.due.connect(self._tell)
        for field in self._areas.values():
            _text(field).textChanged.connect(self._typing.touch)
        self.codes.edited.connect(self._typing.touch)
        self._what.line.textEdited.connect(lambda _t: self._typing.touch())
        for box in (self._critical, self._library, *self._flags.values()):
            box.toggled.connect(lambda _on: self._typing.touch())
        self.help = WritingHelp({ReportField(n): _text(f) for n, f in self._areas.items()})
        self.help.wished.connect(self.wished)
        self._minutes = MinutesPart()
        self._minutes.edited.connect(self._typing.touch)
        self._minutes.quoting.connect(self._wish_quote)
        self._structured = StructuredPart()
        self._structured.edited.connect(self._typing.touch)
        self.help.begun.connect(self._structured.begin)
        self._pictures = PicturesPart()
        self._pictures.edited.connect(self._typing.touch)
        self._pictures.changed.connect(self._wish_pictures)
        self._pictures.taking.connect(self._wish_picture)
        self._pictures.opened.connect(lambda one: self.wished.emit(WishShowImage(one)))
        self._sign = button("sign", self.ask_signature, "primary")
        self._why_not = label("whyNotSign", "small", wrap=True)
        self._waive = button("waiveImages", self.waived.emit)
        self._belong = button("confirmImages", self.belonging.emit)
        self.signing = SigningPart()
        self.signing.confirmed.connect(self._wish_sign)
        self.signing.left.connect(self._sign.show)
        self._deciding = DecisionPart()
        self._deciding.wished.connect(self.wished)
        self._decision = label("decision", "lead", wrap=True)
        self._print = button("print", self.printed.emit, "primary")
        self._copy = button("giveCopy", self.copying.emit)
        self._preview = button("previewReport", self.printed.emit, "quiet")
        inner = QWidget()
        flags = column(*self._flags.values(), gap=1)
        self._parts = column(*self._areas.values(), gap=3)
        inner.setLayout(
            column(
                self._told,
                self._minutes,
                self.help,
                self._structured,
                self._parts,
                self._pictures,
                self.codes,
                self._critical,
                self._what,
                self._library,
                flags,
                None,
                margin=2,
                gap=3,
            )
        )
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What is written scrolls first, so that what signs it stays on the screen.
        scroll.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        scroll.setMinimumHeight(BODY_LEAST)
        self._body = scroll
        whole = column(
            self._amending,
            self._status,
            self._paper,
            scroll,
            self._why_not,
            row(None, self._belong),
            row(None, self._waive),
            self.signing,
            self._deciding,
            self._decision,
            row(None, self._preview, self._copy, self._sign, self._print),
            margin=2,
            gap=2,
        )
        whole.setStretchFactor(scroll, 1)
        self.setLayout(whole)
        self.words()

    # --- what it shows -------------------------------------------------------------------

    def show_props(self, whole: WorkspaceProps) -> None:
        props, before = whole.report, self._props
        if self._case != whole.consultation_id:
            self._case, before = whole.consultation_id, None
            self._typing.stop()
            self.signing.hide()
            self._structured.forget()
        self._props = props
        if before is None or not self._typing.active:
            self._show_opinion(props.opinion)
        self._show_parts(props)
        self._enable(props)
        self._show_signature(props)
        self._body.setVisible(props.stage is not ReportStage.NONE)
        self._preview.setVisible(props.can_preview)
        self.help.setVisible(props.can_edit)
        self.help.show_props(props, whole.consultation_id)
        writing = props.stage is ReportStage.WRITING
        self._put_in_order(props)
        self._fit_areas(writing=writing)
        self._sign.setVisible(writing and self.signing.isHidden())
        self._sign.setEnabled(props.can_sign)
        self._why_not.setText(props.why_not_sign)
        self._why_not.setVisible(writing and bool(props.why_not_sign))
        self._waive.setVisible(props.can_waive)
        self._belong.setVisible(props.can_confirm_images)
        if not writing or props.can_waive:
            self.signing.hide()
        self._deciding.setVisible(props.can_decide)
        self._decision.setText(props.decision)
        self._decision.setVisible(bool(props.decision))
        self._copy.setVisible(props.can_give_copy)
        self._print.setVisible(props.can_print)
        kind = "primary" if whole.next_step is NextStep.PRINT else "normal"
        set_property(self._print, "kind", kind)

    def _show_parts(self, props: ReportProps) -> None:
        typing = self._typing.active
        self._minutes.show_minutes(
            props.dissents,
            () if props.report is None else minutes_of_report(props.report),
            typing=typing,
            can_edit=props.can_edit,
        )
        self._structured.show_findings(
            props.opinion.structured, can_edit=props.can_edit, typing=typing
        )
        self._pictures.show_pictures(
            props.pictures, can_edit=props.can_edit, can_take=props.can_take, typing=typing
        )

    def _show_signature(self, props: ReportProps) -> None:
        self._status.setVisible(props.stage is not ReportStage.WRITING)
        self._status.setText(props.signed_line or self.tr("The report is not written yet."))
        look = {ReportStage.SIGNED: "good", ReportStage.BROKEN: "problem"}
        set_property(self._status, "type", look.get(props.stage, "muted"))
        self._amending.setText(props.amend_line)
        self._amending.setVisible(bool(props.amend_line))
        self._paper.setText(props.paper_line)
        self._paper.setVisible(bool(props.paper_line) and props.stage is not ReportStage.WRITING)
        set_property(self._paper, "type", "problem" if props.doubtful else "good")
        self.signing.show_props(props)

    def _put_in_order(self, props: ReportProps) -> None:
        """Who decides reads first what it is decided on: findings stand below what follows."""
        opinion, decides = props.opinion, props.can_decide
        self._told.setText(f"⚠ {opinion.critical_finding}")
        self._told.setVisible(decides and opinion.critical)
        self._body.setMinimumHeight(DECIDED_LEAST if decides else BODY_LEAST)
        findings, place = self._areas["findings"], len(self._areas) - 1 if decides else 0
        if self._parts.indexOf(findings) != place:
            self._parts.removeWidget(findings)
            self._parts.insertWidget(place, findings)
            self._body.verticalScrollBar().setValue(0)

    def _fit_areas(self, *, writing: bool) -> None:
        """Who writes has a field with a mark; who reads has the whole text."""
        for name, field in self._areas.items():
            field.set_name(self._names[name], required=writing)
            area = _text(field)
            lines = int(area.document().size().height())
            wanted = lines * area.fontMetrics().lineSpacing() + (
                WRITING_AROUND if writing else ROOM_AROUND
            )
            if writing:
                wanted = max(LEAST_HEIGHT, min(wanted, WRITING_MOST))
            area.setMinimumHeight(wanted)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._props is not None:
            self._fit_areas(writing=self._props.stage is ReportStage.WRITING)

    def _show_opinion(self, opinion: Opinion) -> None:
        for name, field in self._areas.items():
            text: str = getattr(opinion, name)
            if _text(field).toPlainText().strip() != text:
                set_text(_text(field), text)
        self.codes.set_codes(opinion.diagnosis_codes)
        if self._what.text.strip() != opinion.critical_finding:
            set_text(self._what.line, opinion.critical_finding)
        self._what.setVisible(opinion.critical)
        ticks = [(self._critical, opinion.critical)]
        ticks.append((self._library, opinion.recommend_for_library))
        ticks += [(box, flag in opinion.learning_flags) for flag, box in self._flags.items()]
        for box, on in ticks:
            blocked = box.blockSignals(True)
            box.setChecked(on)
            box.blockSignals(blocked)

    def _enable(self, props: ReportProps) -> None:
        for field in self._areas.values():
            _text(field).setReadOnly(not props.can_edit)
        self.codes.set_read_only(not props.can_edit)
        self._what.line.setReadOnly(not props.can_edit)
        for box in (self._critical, *self._flags.values()):
            box.setEnabled(props.can_edit)
        self._library.setEnabled(props.can_edit and props.library_consent)

    def words(self) -> None:
        self._names = {
            "findings": self.tr("Findings"),
            "impression": self.tr("Impression"),
            "recommendation": self.tr("Recommendation (now / tonight / when to refer)"),
        }
        writing = self._props is None or self._props.stage is ReportStage.WRITING
        self._fit_areas(writing=writing)
        self.codes.words()
        self._critical.setText(self.tr("Critical finding: the clinic must read it back"))
        self._what.set_name(self.tr("What is critical, in one plain sentence"), required=True)
        self._library.setText(self.tr("Recommend for the library (without name)"))
        for flag, box in self._flags.items():
            box.setText(word(flag))
        for box in (self._critical, self._library, *self._flags.values()):
            box.setAccessibleName(box.text())
        set_words(self._sign, self.tr("Sign the report…"), "Ctrl+Shift+S")
        set_words(self._waive, self.tr("Go on without late images…"))
        set_words(self._belong, self.tr("They belong here…"))
        self.signing.words()
        set_words(self._copy, self.tr("For the patient…"))
        set_words(self._print, self.tr("Print…"), "Ctrl+P")
        set_words(self._preview, self.tr("As on paper…"), "Ctrl+P")

    # --- what it wishes ------------------------------------------------------------------

    def flush(self) -> None:
        """Tells what was typed up to now."""
        typed = self.take_typed()
        if typed is not None:
            self.wished.emit(typed)

    def take_typed(self) -> WishEditOpinion | None:
        """What was typed and not told yet, for who must keep it at this moment."""
        if not self._typing.active:
            return None
        self._typing.stop()
        return self._wish()

    def ask_signature(self) -> None:
        """Says what signing does and asks for the password again."""
        self.flush()
        if words := self._unfinished():
            self._why_not.setText(words)
            self._why_not.show()
            return
        if self._props is not None and self._props.can_sign:
            self._sign.hide()
            printed = f"{self._opinion().model_dump_json()}{self._props.patient_name}"
            self.signing.ask(unprintable(printed))

    def _unfinished(self) -> str:
        """What was begun here and would not be in the report, with the mend."""
        if self._minutes.wordless:
            return self.tr("Write in which words an expert dissents, or untick it.")
        if typed := self.codes.unfinished:
            text = self.tr("“{words}” is no code yet: choose one from the list, or delete it.")
            return text.format(words=typed)
        return self._structured.unfinished

    def take_picture(self) -> None:
        """What the viewer shows, where a report is written that has room for it."""
        self._pictures.take()

    def _tell(self) -> None:
        typed = self._wish()
        if typed is not None:
            self.wished.emit(typed)

    def _wish(self) -> WishEditOpinion | None:
        if self._props is None or not self._props.can_edit:
            return None
        return WishEditOpinion(self._opinion(), self._case)

    def _opinion(self) -> Opinion:
        critical = self._critical.isChecked()
        return Opinion(
            findings=_text(self._areas["findings"]).toPlainText().strip(),
            impression=_text(self._areas["impression"]).toPlainText().strip(),
            recommendation=_text(self._areas["recommendation"]).toPlainText().strip(),
            diagnosis_codes=self.codes.codes,
            critical=critical,
            critical_finding=self._what.text.strip() if critical else "",
            learning_flags=tuple(f for f, box in self._flags.items() if box.isChecked()),
            recommend_for_library=self._library.isChecked(),
            dissents=self._minutes.dissents,
            pictures=self._pictures.pictures,
            structured=self._structured.structured,
        )

    def _wish_sign(self, password: str, secret: str) -> None:
        if self._props is None or not self._props.can_sign or self._unfinished():
            self.ask_signature()
            return
        self.signing.clear()
        self.wished.emit(WishSign(password, secret))

    def _wish_pictures(self, pictures: tuple[ReportPicture, ...]) -> None:
        self.flush()
        if self._props is not None and self._props.can_edit:
            opinion = self._opinion().model_copy(update={"pictures": pictures})
            self.wished.emit(WishEditOpinion(opinion, self._case))

    def _wish_picture(self) -> None:
        self.flush()
        if self._case is not None:
            self.wished.emit(WishTakePicture(self._case))

    def _wish_quote(self, opinion_id: UUID) -> None:
        self.flush()
        if self._case is not None:
            self.wished.emit(WishQuote(self._case, opinion_id))


def _text(field: Field) -> QPlainTextEdit:
    assert isinstance(field.inner, QPlainTextEdit)
    return field.inner
