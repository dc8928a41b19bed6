"""The theme's tokens, and how they become palette, type and style sheet of the program."""

import json
from dataclasses import dataclass
from functools import lru_cache
from string import Template
from typing import Literal

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from app.kit.icons import icon_file, redraw_pictures
from app.models.language import reads_chinese
from resources import resource

ThemeName = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Metrics:
    """Sizes in device-independent pixels."""

    grid: int
    radius: int
    type_small: int
    type_text: int
    type_lead: int
    type_title: int
    type_display: int
    families: tuple[str, ...]


@lru_cache(maxsize=1)
def metrics() -> Metrics:
    data = json.loads(resource("themes", "metrics.json").read_text(encoding="utf-8"))
    return Metrics(**{**data, "families": tuple(data["families"])})


@lru_cache(maxsize=2)
def colours(name: ThemeName) -> dict[str, str]:
    """Token → `#rrggbb` of one theme."""
    data: dict[str, str] = json.loads(
        resource("themes", f"{name}.json").read_text(encoding="utf-8")
    )
    return data


class Appearance(QObject):
    """Which theme is on; widgets that draw themselves ask it for colours."""

    changed = Signal()

    def __init__(self, app: QApplication, name: ThemeName) -> None:
        super().__init__(app)
        self._app = app
        self._name: ThemeName = name
        app.setStyle("Fusion")
        self.apply(name)

    @property
    def name(self) -> ThemeName:
        return self._name

    def colour(self, token: str) -> QColor:
        return QColor(colours(self._name)[token])

    def apply(self, name: ThemeName) -> None:
        """Puts palette, type and style sheet on the whole program."""
        self._name = name
        self._app.setFont(program_font())
        self._app.setPalette(_palette(colours(name)))
        self._app.setStyleSheet(style_sheet(name))
        redraw_pictures()
        self.changed.emit()


def style_sheet(name: ThemeName) -> str:
    """The style sheet with every token filled in; an unknown token raises KeyError."""
    sizes = metrics()
    values = colours(name) | {
        "radius": str(sizes.radius),
        "type_small": str(sizes.type_small),
        "type_text": str(sizes.type_text),
        "type_lead": str(sizes.type_lead),
        "type_title": str(sizes.type_title),
        "type_display": str(sizes.type_display),
        "arrow_down": icon_file("arrow-down", colours(name)["muted"], _cache()),
        "check_mark": icon_file("check", colours(name)["on_accent"], _cache()),
    }
    return Template(resource("themes", "style.qss").read_text(encoding="utf-8")).substitute(values)


def _cache() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.CacheLocation)


def program_font() -> QFont:
    """The letters of the program; where its language is not written in full-width signs, quotation
    marks and apostrophes are as narrow as its letters (OpenType, `pwid`)."""
    families = set(QFontDatabase.families())
    chosen = [family for family in metrics().families if family in families]
    font = QFont()
    font.setFamilies([*chosen, font.defaultFamily()])
    font.setPixelSize(metrics().type_text)
    font.setFeature(QFont.Tag("tnum"), 1)
    font.setFeature(QFont.Tag("pwid"), int(not reads_chinese()))
    return font


def _palette(tokens: dict[str, str]) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, token in (
        (role.Window, "background"),
        (role.WindowText, "text"),
        (role.Base, "field"),
        (role.AlternateBase, "background"),
        (role.Text, "text"),
        (role.PlaceholderText, "muted"),
        (role.Button, "surface"),
        (role.ButtonText, "text"),
        (role.BrightText, "error"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"),
        (role.Link, "accent"),
        (role.Accent, "accent"),
        (role.ToolTipBase, "raised"),
        (role.ToolTipText, "text"),
        (role.Mid, "border"),
        (role.Dark, "border_strong"),
        (role.Light, "raised"),
        (role.Midlight, "raised"),
        (role.Shadow, "border"),
    ):
        palette.setColor(target, QColor(tokens[token]))
    for target in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, QColor(tokens["muted"]))
    return palette
