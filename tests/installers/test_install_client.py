"""The client is installed for everybody at a computer without asking; a site's settings stay."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from app.store.site import SITE_FILE, Site, read_site
from tests.services.test_entry import another_ca

SCRIPT = Path(__file__).resolve().parents[2] / "installers" / "client" / "install_client.py"
HUB = "https://hub.example:8443"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the start menu is Linux's")
Run = Callable[..., int]


@pytest.fixture
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("install_client", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs it with a wheel of these bytes; packages are not installed, only their folder made."""

    def fill(place: Path, _wheel: Path, _packages: Path | None) -> None:
        (place / "bin").mkdir(parents=True, exist_ok=True)
        if not (place / "bin" / "python").exists():
            (place / "bin" / "python").symlink_to(sys.executable)

    def install(*given: str, version: str = "0.1.0", wheel: bytes = b"one") -> int:
        file = tmp_path / f"huizhen-{version}-py3-none-any.whl"
        file.write_bytes(wheel)
        code: int = script.main(["--prefix", str(tmp_path / "opt"), "--wheel", str(file), *given])
        return code

    monkeypatch.setattr(script, "fill", fill)
    monkeypatch.setattr(script, "start_menu", lambda: tmp_path / "menu" / "huizhen.desktop")
    return install


def versions(folder: Path) -> list[Path]:
    return sorted((folder / "opt").iterdir())


def test_the_program_reads_what_was_set(run: Run, tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    pem = another_ca()
    ca.write_text(pem, encoding="ascii")
    assert run("--server", "hub.example:8443", "--ca", str(ca), "--language", "en") == 0
    (place,) = versions(tmp_path)
    assert read_site(place) == Site(HUB, pem, "en")
    assert f"Exec={place}/bin/huizhen" in (tmp_path / "menu" / "huizhen.desktop").read_text()


def test_the_ca_of_one_server_is_not_pinned_to_another(run: Run, tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text(another_ca(), encoding="ascii")
    run("--server", HUB, "--ca", str(ca))
    run("--server", "https://moved.example")
    assert read_site(versions(tmp_path)[0]) == Site("https://moved.example")


def test_the_newest_wheel_is_that_of_the_highest_version(script: ModuleType) -> None:
    wheels = [Path(f"huizhen-{one}-py3-none-any.whl") for one in ("0.10.0", "0.9.0", "0.9.10")]
    assert max(wheels, key=script.version_of) == wheels[0]


def test_what_cannot_be_removed_is_said(
    run: Run, script: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("--server", HUB)
    monkeypatch.setattr(script.shutil, "rmtree", lambda *_args, **_options: None)
    assert run("--remove") == 1


def test_an_update_keeps_what_was_set_and_replaces_the_version(run: Run, tmp_path: Path) -> None:
    run("--server", HUB)
    assert run("--language", "en", version="0.2.0") == 0
    (place,) = versions(tmp_path)
    assert place.name.startswith("0.2.0-")
    assert read_site(place) == Site(HUB, "", "en")


def test_the_same_again_changes_only_the_settings(run: Run, tmp_path: Path) -> None:
    run("--server", HUB)
    before = versions(tmp_path)
    assert run("--server", "https://moved.example") == 0
    assert versions(tmp_path) == before
    assert read_site(before[0]).server == "https://moved.example"


def test_a_program_that_is_open_keeps_its_version_until_the_next_time(
    run: Run, tmp_path: Path
) -> None:
    run("--server", HUB)
    (first,) = versions(tmp_path)
    waits = [str(first / "bin" / "python"), "-c", "input()"]
    with subprocess.Popen(waits, stdin=subprocess.PIPE) as program:
        run(version="0.2.0")
        assert first in versions(tmp_path)
        program.communicate(b"\n")
    run(version="0.2.0")
    assert first not in versions(tmp_path)


def test_a_version_that_broke_off_is_none(run: Run, tmp_path: Path) -> None:
    (tmp_path / "opt" / "0.0.9-broken").mkdir(parents=True)
    run("--server", HUB)
    place = next(one for one in versions(tmp_path) if one.name.startswith("0.1.0"))
    assert json.loads((place / SITE_FILE).read_text()) == {"server": HUB}


def test_removing_it_takes_every_version_and_the_entry(run: Run, tmp_path: Path) -> None:
    run("--server", HUB)
    assert run("--remove") == 0
    assert versions(tmp_path) == []
    assert not (tmp_path / "menu" / "huizhen.desktop").exists()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("--server", "http://hub.example"), "an address like"),
        (("--server", "https://hub.example/path"), "an address like"),
        (("--server", HUB, "--ca", __file__), "no certificate in PEM"),
        (("--server", HUB, "--ca", os.devnull), "no certificate in PEM"),
    ],
    ids=["not encrypted", "with a path", "no certificate", "empty"],
)
def test_what_is_wrong_is_told_and_nothing_is_installed(
    run: Run, tmp_path: Path, given: tuple[str, ...], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*given) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "opt").exists()


def test_a_package_that_cannot_be_had_leaves_what_was_there(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty folder of packages, and the real pip."""
    wheel = tmp_path / "huizhen-0.1.0-py3-none-any.whl"
    wheel.write_bytes(b"")
    opt = tmp_path / "opt"
    given = ["--prefix", str(opt), "--wheel", str(wheel), "--packages", str(tmp_path / "none")]
    assert script.main([*given, "--no-shortcut"]) == 1
    assert "what was installed before is still there" in capsys.readouterr().err
    assert list(opt.iterdir()) == []
