"""The record pane: what the case carries, its images, and its timeline."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QTabWidget, QVBoxLayout, QWidget

from app.kit.layouts import column
from app.kit.view import View
from app.kit.widgets import label
from app.models.emr import EmrProps
from app.models.recordings import RecordingsProps
from app.models.workspace import RecordProps
from app.views.emr import EmrPane
from app.views.recordings import RecordingsPane


class RecordPane(View):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("recordPane")
        self._props: RecordProps | None = None
        self._case, self._timeline = TextColumn("recordCase"), TextColumn("recordTimeline")
        self._tabs = QTabWidget()
        self._tabs.setObjectName("recordTabs")
        self._tabs.setDocumentMode(True)
        self.emr = EmrPane()
        self.emr.wished.connect(self.wished)
        for part in (self._case, self._timeline, self.emr):
            self._tabs.addTab(part, "")
        self._show_tab(self.emr, visible=False)
        self._recordings = RecordingsPane()
        self._recordings.wished.connect(self.wished)
        self._tabs.addTab(self._recordings, "")
        self._show_tab(self._recordings, visible=False)
        self.setLayout(column(self._tabs))
        self.words()

    def show_props(self, props: RecordProps) -> None:
        if props == self._props:
            return
        self._props = props
        studies = (
            (self.tr("Images"), "\n".join(props.studies)),
            (self.tr("Earlier images of this patient"), "\n".join(props.earlier)),
        )
        self._case.show_pairs((*props.sections, *(pair for pair in studies if pair[1])))
        self._timeline.show_pairs(props.timeline)

    def show_recordings(self, props: RecordingsProps) -> None:
        """Their tab is there only when there is something in it."""
        self._show_tab(self._recordings, visible=props.shown)
        self._recordings.show_props(props)

    def show_emr(self, props: EmrProps) -> None:
        """Its tab is there only when the case carries something of a record."""
        self._show_tab(self.emr, visible=props.there)
        self.emr.show_props(props)

    def _show_tab(self, part: QWidget, *, visible: bool) -> None:
        self._tabs.setTabVisible(self._tabs.indexOf(part), visible)

    def open_recordings(self) -> None:
        self._tabs.setCurrentWidget(self._recordings)

    @property
    def tabs(self) -> QTabWidget:
        """Case, timeline, health record, recordings."""
        return self._tabs

    def words(self) -> None:
        for part, text in (
            (self._case, self.tr("Case")),
            (self._timeline, self.tr("Timeline")),
            (self.emr, self.tr("Health record")),
            (self._recordings, self.tr("Recordings")),
        ):
            self._tabs.setTabText(self._tabs.indexOf(part), text)
        self._tabs.setAccessibleName(self.tr("Record of the case"))


class TextColumn(QScrollArea):
    """Pairs of a small heading and a text, one below the other; texts can be copied."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.show_pairs(())

    def show_pairs(self, pairs: tuple[tuple[str, str], ...]) -> None:
        inner = QWidget()
        layout = QVBoxLayout(inner)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(2)
        for heading, text in pairs:
            shown = label(wrap=True)
            shown.setText(text)
            shown.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            head = label(kind="fieldname")
            head.setText(heading)
            layout.addWidget(head)
            layout.addWidget(shown)
            layout.addSpacing(8)
        layout.addStretch(1)
        self.setWidget(inner)
