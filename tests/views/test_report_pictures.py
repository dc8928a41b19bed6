"""Pictures are taken, named, ordered and left out by the keyboard; who reads a report sees them."""

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton

from app.commands.report_wishes import WishShowImage, WishTakePicture
from app.commands.wishes import WishEditOpinion
from app.session.case import OpinionEdited
from app.session.report_pictures import PictureCame, TakingPicture
from app.views.report_pictures import KEY
from protocol.report import MOST_PICTURES, ReportPicture
from tests.fakes.examples import CASE, opinion
from tests.services.test_report_pictures import png
from tests.views.conftest import Shown
from tests.views.test_case_actions import open_held


def picture(n: int, caption: str = "") -> ReportPicture:
    return ReportPicture(
        sha256=f"{n:064x}", study_instance_uid="2.25.1", sop_instance_uid="2.25.2", caption=caption
    )


def written(shown: Shown, *pictures: ReportPicture) -> None:
    shown.apply(OpinionEdited(CASE, opinion(pictures=pictures)))


@pytest.fixture
def writing(shown: Shown) -> Shown:
    open_held(shown)
    written(shown, picture(1, "结节"), picture(2))
    return shown


def order(shown: Shown) -> list[str]:
    """Of the last wish."""
    wish = shown.wishes[-1]
    assert isinstance(wish, WishEditOpinion)
    return [one.sha256[-1] for one in wish.opinion.pictures]


def test_a_key_takes_what_the_viewer_shows(writing: Shown) -> None:
    QTest.keySequence(writing.window, QKeySequence(KEY))
    assert isinstance(writing.wishes[-1], WishTakePicture)


def test_none_is_taken_while_one_is_on_its_way_or_there_is_no_room(writing: Shown) -> None:
    take = writing.find(QPushButton, "takePicture")
    writing.apply(TakingPicture(on=True))
    assert not take.isEnabled()
    writing.apply(TakingPicture(on=False))
    assert take.isEnabled()
    written(writing, *(picture(n) for n in range(MOST_PICTURES)))
    assert not take.isEnabled()


def test_they_are_put_in_order_and_left_out(writing: Shown) -> None:
    writing.find(QPushButton, "pictureUp_2").click()
    assert order(writing) == ["2", "1"]
    writing.find(QPushButton, "pictureRemove_1").click()
    assert order(writing) == ["2"]


def test_a_caption_goes_with_its_picture(writing: Shown) -> None:
    caption = writing.find(QLineEdit, "pictureCaption_2")
    caption.setFocus()
    QTest.keyClicks(caption, "node")
    writing.window.workspace.report.flush()
    wish = writing.wishes[-1]
    assert isinstance(wish, WishEditOpinion)
    assert [one.caption for one in wish.opinion.pictures] == ["结节", "node"]


def test_one_that_comes_while_a_caption_is_typed_takes_no_letter_away(writing: Shown) -> None:
    caption = writing.find(QLineEdit, "pictureCaption_1")
    caption.setFocus()
    QTest.keyClicks(caption, "x")
    written(writing, picture(1, "结节"), picture(2), picture(3))
    assert caption.text() == "结节x"


def test_a_click_goes_to_the_image_it_shows(writing: Shown) -> None:
    writing.find(QPushButton, "reportPicture_1").click()
    assert writing.wishes[-1] == WishShowImage(picture(1, "结节"))


def test_it_is_seen_when_it_has_come_and_said_where_it_is_lost(writing: Shown) -> None:
    writing.apply(PictureCame(picture(1).sha256, png()))
    writing.apply(PictureCame(picture(2).sha256, None))
    assert not writing.find(QPushButton, "reportPicture_1").icon().isNull()
    assert "cannot be had" in writing.find(QLabel, "pictureSaid_2").text()
    assert "cannot be had" in writing.find(QPushButton, "reportPicture_2").accessibleName()
