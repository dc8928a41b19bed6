"""What hospital IT set at the installation holds for everybody at this computer."""

import json
from pathlib import Path

import pytest

from app.store.profile import Profile
from app.store.site import SITE_FILE, Site, read_site

HUB = "https://hub.example:8443"
SITE = Site(HUB, "PEM", "en")


def test_what_was_set_is_suggested_to_who_comes_first(tmp_path: Path) -> None:
    made = Profile(tmp_path, SITE)
    assert (made.server, made.remembered.language) == (HUB, "en")


def test_the_language_somebody_chose_stays(tmp_path: Path) -> None:
    Profile(tmp_path).remember(language="zh_CN")
    assert Profile(tmp_path, SITE).remembered.language == "zh_CN"


def test_a_server_that_moved_is_suggested_anew(tmp_path: Path) -> None:
    Profile(tmp_path).remember(server="https://old.example")
    assert Profile(tmp_path, SITE).server == HUB


def test_the_ca_of_the_site_goes_before_one_that_was_shown(tmp_path: Path) -> None:
    made = Profile(tmp_path, SITE)
    made.remember(pins={HUB: "another", "https://test.example": "theirs"})
    assert made.pins == {HUB: "PEM", "https://test.example": "theirs"}


def test_an_installation_without_settings_sets_nothing(tmp_path: Path) -> None:
    assert read_site(tmp_path) == Site()
    assert Profile(tmp_path, Site()).pins == {}


def test_they_are_read_from_the_folder_of_the_installation(tmp_path: Path) -> None:
    (tmp_path / SITE_FILE).write_text(json.dumps({"server": HUB, "ca": "PEM", "language": "en"}))
    assert read_site(tmp_path) == SITE


@pytest.mark.allow_logs("it says what cannot be read")
@pytest.mark.parametrize(
    "text", ["{", "[]", '{"server": 1}', '{"language": "fr"}'], ids=["cut", "list", "type", "word"]
)
def test_what_cannot_be_read_sets_nothing_and_is_logged(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / SITE_FILE).write_text(text)
    assert read_site(tmp_path) == Site()
    assert "install the client again" in caplog.text
