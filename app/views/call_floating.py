"""The call over the images: in a corner that is remembered, moved by the mouse or by a key."""

from PySide6.QtCore import QEvent, QObject, QPoint, QSettings, QSize, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QWidget

from app.kit.layouts import column
from app.viewers.video.pictures import CallPictures
from app.views.call_controls import CallControls

WIDTH, HEIGHT = 330, 250
SHARE_WIDTH, SHARE_HEIGHT = 560, 380
MARGIN = 12
SETTING = "call/corner"
CORNERS = ("bottom-right", "bottom-left", "top-left", "top-right")


class FloatingCall(QFrame):
    """Lies over `ground` and stays in its corner when that changes its size."""

    def __init__(self, ground: QWidget, controls: CallControls, settings: QSettings) -> None:
        super().__init__(ground)
        self.setObjectName("floatingCall")
        self.setProperty("surface", "raised")
        self._ground = ground
        self._settings = settings
        self._grip: QPoint | None = None
        found = str(settings.value(SETTING, CORNERS[0]))
        self.corner = found if found in CORNERS else CORNERS[0]
        self._column = column(controls, margin=1, gap=1)
        self.setLayout(self._column)
        self._wanted = QSize(WIDTH, HEIGHT)
        self.resize(self._wanted)
        self.setCursor(Qt.CursorShape.SizeAllCursor)
        controls.setCursor(Qt.CursorShape.ArrowCursor)
        ground.installEventFilter(self)
        self.hide()

    def take(self, pictures: CallPictures) -> None:
        """The pictures are here from now on."""
        self._column.insertWidget(0, pictures, 1)
        self._settle()
        self.show()
        self.raise_()

    def make_room(self, *, shared: bool) -> None:
        """More of it while something is shared."""
        size = QSize(SHARE_WIDTH, SHARE_HEIGHT) if shared else QSize(WIDTH, HEIGHT)
        if size != self._wanted:
            self._wanted = size
            self._settle()

    def next_corner(self) -> None:
        """The next one, against the clock."""
        self._use(CORNERS[(CORNERS.index(self.corner) + 1) % len(CORNERS)])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._settle()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grip = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self.move(self.mapToParent(event.position().toPoint()) - self._grip)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._grip is not None:
            self._grip = None
            middle, whole = self.geometry().center(), self._ground.rect().center()
            across = "left" if middle.x() < whole.x() else "right"
            self._use(f"{'top' if middle.y() < whole.y() else 'bottom'}-{across}")

    def _use(self, corner: str) -> None:
        self.corner = corner
        self._settings.setValue(SETTING, corner)
        self._settle()

    def _settle(self) -> None:
        room = self._ground.rect().adjusted(MARGIN, MARGIN, -MARGIN, -MARGIN)
        frame = self.geometry()
        frame.setSize(self._wanted.boundedTo(room.size()).expandedTo(self.minimumSizeHint()))
        if self.corner.startswith("top"):
            frame.moveTop(room.top())
        else:
            frame.moveBottom(room.bottom())
        if self.corner.endswith("left"):
            frame.moveLeft(room.left())
        else:
            frame.moveRight(room.right())
        self.setGeometry(frame)
