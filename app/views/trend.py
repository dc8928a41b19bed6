"""The course of one measured value, with its usual range behind it; drawn by pyqtgraph."""

from datetime import UTC, datetime
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.imaging.errors import ImagingError
from app.kit.widgets import label
from app.models.emr import Course
from app.viewers.background import Background

LEAST_HEIGHT, MOST_HEIGHT = 120, 170


class TrendPlot(QWidget):
    """pyqtgraph is loaded when the first course is shown, beside the window: it takes a second."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("trendPlot")
        self._course: Course | None = None
        self._plot: Any = None
        self._curve: Any = None
        self._band: Any = None
        self._graph: Any = None
        self._loading = Background(self)
        self._title = label("trendTitle", "fieldname")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 4, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addWidget(self._title)
        self.hide()

    def show_course(self, course: Course | None) -> None:
        """Hidden where there are not two values to join."""
        if course == self._course:
            return
        self._course = course
        there = course is not None and len(course.points) > 1
        self.setVisible(there)
        if course is None or not there:
            return
        self._title.setText(f"{course.title} ({course.unit})" if course.unit else course.title)
        self.setAccessibleName(course.words)
        if self._graph is None:
            self._loading.start(_load, self._loaded)
        else:
            self._draw(course)

    def _loaded(self, graph: object) -> None:
        if isinstance(graph, ImagingError):
            return  # its words are there for who cannot see it, and its values in the table
        self._graph = graph
        if self._course is not None and len(self._course.points) > 1:
            self._draw(self._course)

    @property
    def drawn(self) -> bool:
        """Whether there is a plot to be seen."""
        return self._plot is not None and bool(self._plot.isVisible())

    @property
    def course(self) -> Course | None:
        return self._course

    def changeEvent(self, event: QEvent) -> None:
        changed = event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange)
        if changed and self._plot is not None and self._course is not None:
            self._colour()
            self._draw(self._course)
        super().changeEvent(event)

    def _draw(self, course: Course) -> None:
        """What is there is given other values: to make it anew takes longer than a frame."""
        if self._plot is None:
            self._make()
            self._colour()
        if self._band is not None:
            self._plot.removeItem(self._band)
            self._band = None
        if course.low is not None or course.high is not None:
            self._band = _usual(self._graph, course, self.palette())
            self._plot.addItem(self._band)
        times, values = zip(*course.points, strict=True)
        self._curve.setData(list(times), list(values))
        self._plot.enableAutoRange()

    def _make(self) -> None:
        graph = self._graph
        self._plot = graph.PlotWidget(axisItems={"bottom": _day_axis(graph)})
        self._plot.setObjectName("trendCanvas")
        self._plot.setMinimumHeight(LEAST_HEIGHT)
        self._plot.setMaximumHeight(MOST_HEIGHT)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setMouseEnabled(x=False, y=False)
        self._curve = self._plot.plot(symbol="o", symbolSize=7, symbolPen=None, antialias=True)
        # In pieces: Qt strokes one thick path of hundreds of points for longer than a frame.
        self._curve.curve.setSegmentedLineMode("on")
        self._layout.addWidget(self._plot)

    def _colour(self) -> None:
        palette = self.palette()
        ink, line = (palette.color(role) for role in (_ROLE.WindowText, _ROLE.Accent))
        self._plot.setBackground(palette.color(_ROLE.Base))
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(palette.color(_ROLE.Dark))
            axis.setTextPen(ink)
        self._curve.setPen(self._graph.mkPen(line, width=2))
        self._curve.setSymbolBrush(line)


def _load() -> object:
    import pyqtgraph

    return pyqtgraph


_ROLE = QPalette.ColorRole
_DAY_S = 86_400


def _day_axis(graph: Any) -> Any:
    """Days as numbers: pyqtgraph's own axis names months in English."""

    class DayAxis(graph.DateAxisItem):  # type: ignore[misc]  # pyqtgraph has no types
        def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
            shown = "%Y" if spacing > 300 * _DAY_S else "%Y-%m"
            if spacing < 27 * _DAY_S:
                shown = "%m-%d" if spacing >= _DAY_S else "%H:%M"
            days = (datetime.fromtimestamp(value, UTC).astimezone() for value in values)
            return [day.strftime(shown) for day in days]

    return DayAxis(orientation="bottom")


def _usual(graph: Any, course: Course, palette: QPalette) -> Any:
    """The usual range as a band; open ends reach as far as the values do."""
    values = [value for _, value in course.points]
    spread = (max(values) - min(values)) or abs(values[0]) or 1.0
    low = course.low if course.low is not None else min(*values, course.high or 0) - spread
    high = course.high if course.high is not None else max(*values, low) + spread
    colour = palette.color(_ROLE.Accent)
    colour.setAlpha(38)
    band = graph.LinearRegionItem(
        (low, high), orientation="horizontal", movable=False, brush=colour, pen=graph.mkPen(None)
    )
    band.setZValue(-10)
    return band
