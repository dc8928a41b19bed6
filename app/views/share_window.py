"""What to share: a list of screens, windows and devices, and what the others would see of it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QWidget

from app.commands.call_wishes import WishChooseShare, WishLookForShares, WishStartShare
from app.kit.layouts import column, row, surface
from app.kit.view import View
from app.kit.widgets import button, label, set_words
from app.models.sharing import ShareEntry, ShareGroup, SharingProps
from app.models.tips import plain_tip
from app.viewers.video.picture import PictureState, VideoPicture
from app.viewers.video.pictures import LatestFrame

LIST_WIDTH, PREVIEW_WIDTH, PREVIEW_HEIGHT = 260, 480, 270
_PLACE = Qt.ItemDataRole.UserRole


class ShareWindow(View):
    """Nobody sees anything before `Share` is pressed; closing it lets go of what was chosen."""

    def __init__(self, parent: QWidget, latest: LatestFrame) -> None:
        super().__init__()
        self.setParent(parent, Qt.WindowType.Dialog)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.setObjectName("shareWindow")
        self._props = SharingProps()
        self._entries: tuple[ShareEntry, ...] | None = None
        self._list = QListWidget()
        self._list.setObjectName("shareList")
        self._list.setFixedWidth(LIST_WIDTH)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.currentItemChanged.connect(self._chosen)
        self._list.itemActivated.connect(lambda _: self._wish_start())
        self._preview = VideoPicture(lambda: latest("share"))
        self._preview.setObjectName("sharePreview")
        self._preview.setFixedSize(PREVIEW_WIDTH, PREVIEW_HEIGHT)
        self._preview.set_state(PictureState.NO_PICTURE)
        self._warning = label("shareWarning", wrap=True)
        self._problem = label("shareProblem", "problem", wrap=True)
        self._look = button("lookForShares", lambda: self.wished.emit(WishLookForShares()), "quiet")
        self._cancel = button("cancelShare", self._leave)
        self._start = button("startShare", self._wish_start, "primary")
        warned = surface("warning", column(self._warning, margin=2))
        warned.setFixedWidth(PREVIEW_WIDTH)
        self._problem.setFixedWidth(PREVIEW_WIDTH)
        seen = column(self._preview, warned, self._problem, None, gap=2)
        self.setLayout(
            column(
                row(self._list, seen, gap=3),
                row(self._look, None, self._cancel, self._start),
                margin=4,
                gap=3,
            )
        )
        self.words()

    def begin(self) -> None:
        """Opens, and asks what there is."""
        self.show()
        self.raise_()
        self.activateWindow()
        self._list.setFocus()
        self.wished.emit(WishLookForShares())

    def show_props(self, props: SharingProps) -> None:
        self._props = props
        if props.entries != self._entries:
            self._fill(props)
        self._start.setEnabled(props.can_start)
        self._warning.setText(props.warning)
        self._problem.setText(props.problem)
        self._problem.setVisible(bool(props.problem))
        live = props.chosen is not None
        self._preview.set_state(PictureState.LIVE if live else PictureState.NO_PICTURE)
        if self.isVisible() and (props.on or not props.can_share):
            self.hide()

    def _fill(self, props: SharingProps) -> None:
        self._entries = props.entries
        self._list.blockSignals(True)
        self._list.clear()
        for group in ShareGroup:
            places = [n for n, one in enumerate(props.entries) if one.group is group]
            if not places:
                continue
            head = QListWidgetItem(self._group_words(group))
            head.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(head)
            for place in places:
                entry = props.entries[place]
                item = QListWidgetItem("    " + entry.text)
                item.setData(_PLACE, place)
                item.setToolTip(plain_tip(entry.text))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, entry.text)
                if not entry.usable:
                    item.setFlags(Qt.ItemFlag.NoItemFlags)
                self._list.addItem(item)
                if entry.source == props.chosen:
                    self._list.setCurrentItem(item)
        self._list.blockSignals(False)

    def _group_words(self, group: ShareGroup) -> str:
        match group:
            case ShareGroup.SCREENS:
                return self.tr("Screens")
            case ShareGroup.WINDOWS:
                return self.tr("Windows")
            case ShareGroup.DEVICES:
                return self.tr("Cameras and capture devices")

    def words(self) -> None:
        self.setWindowTitle(self.tr("Share in the call"))
        self._list.setAccessibleName(self.tr("What to share"))
        self._preview.set_caption(self.tr("What the others will see"))
        set_words(self._look, self.tr("Look again"))
        set_words(self._cancel, self.tr("Cancel"))
        set_words(self._start, self.tr("Share"))
        self._entries = None
        self.show_props(self._props)

    # --- what it wishes ------------------------------------------------------------------

    def _chosen(self, item: QListWidgetItem | None) -> None:
        place = item.data(_PLACE) if item is not None else None
        if place is not None and self._entries is not None:
            self.wished.emit(WishChooseShare(self._entries[place].source))

    def _wish_start(self) -> None:
        if self._props.can_start:
            self.wished.emit(WishStartShare())

    def _leave(self) -> None:
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._props.on:
            self.wished.emit(WishChooseShare(None))
        super().closeEvent(event)
