"""The tokens: readable in both themes, dark enough around images, one source of colour."""

import re

import pytest
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QApplication

from app.commands.wishes import Language
from app.composition.language import Languages
from app.kit.icons import set_picture
from app.kit.theme import Appearance, ThemeName, colours, metrics, style_sheet
from app.kit.widgets import tool
from resources import resource

THEMES: tuple[ThemeName, ...] = ("light", "dark")
SOFT = ("routine", "urgent", "emergency", "success", "warning", "error")


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    ink = QColor(colour)
    red, green, blue = (linear(part) for part in (ink.redF(), ink.greenF(), ink.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("text", "background"),
        ("text", "surface"),
        ("text", "field"),
        ("muted", "surface"),
        ("muted", "background"),
        ("error", "surface"),
        ("on_accent", "accent"),
        *((token, f"{token}_soft") for token in SOFT),
    ],
)
def test_words_can_be_read(theme: ThemeName, ink: str, ground: str) -> None:
    tokens = colours(theme)
    assert contrast(tokens[ink], tokens[ground]) >= 4.5, f"{theme}: {ink} on {ground}"


def test_both_themes_have_the_same_tokens() -> None:
    assert colours("light").keys() == colours("dark").keys()


def test_the_reading_room_is_dark_and_has_no_pure_white() -> None:
    dark = colours("dark")
    assert luminance(dark["background"]) <= 0.08
    assert "#ffffff" not in {value.lower() for value in dark.values()}


@pytest.mark.parametrize("theme", THEMES)
def test_the_style_sheet_has_every_token_filled_in(theme: ThemeName, qapp: QApplication) -> None:
    assert "$" not in style_sheet(theme)


def test_the_style_sheet_names_no_colour_of_its_own() -> None:
    text = resource("themes", "style.qss").read_text(encoding="utf-8")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", text) == []


def test_the_type_sizes_are_the_five_of_the_design() -> None:
    m = metrics()
    sizes = (m.type_small, m.type_text, m.type_lead, m.type_title, m.type_display)
    assert (m.grid, sizes) == (4, (12, 13, 15, 20, 28))


def test_the_pictures_of_buttons_follow_the_theme_also_when_they_changed(
    qapp: QApplication,
) -> None:
    appearance = Appearance(qapp, "light")
    control = tool("mute", "microphone", lambda: None)
    set_picture(control, "microphone-off")
    for theme in (*THEMES, "light"):
        appearance.apply(theme)
        drawn = control.icon().pixmap(20).toImage()
        opaque = {
            QColor.fromRgba(drawn.pixel(x, y)).name()
            for x in range(drawn.width())
            for y in range(drawn.height())
            if drawn.pixelColor(x, y).alpha() == 255
        }
        assert opaque == {colours(theme)["text"].lower()}


def test_what_was_written_in_full_width_signs_stays_so(qapp: QApplication) -> None:
    """Also in English windows: 3，5 is a list, 3,5 may be a number."""
    languages = Languages(qapp)
    for language in Language:
        languages.use(language)
        Appearance(qapp, "light")
        assert QFontMetrics(qapp.font()).horizontalAdvance("，") == metrics().type_text
    languages.use(Language.EN)
