#!/usr/bin/env python3
"""Installs, updates or removes the Huizhen client for everybody at this computer, without asking.

    py install_client.py --server https://hub.example:8443 --ca ca.pem
    py install_client.py --remove

Needs Python 3.11 to 3.13 and nothing besides. It takes the newest wheel of `dist/` (made by
`./dev package`) and the pinned, hashed requirements. Each version has a folder of its own below the
prefix, so that a program that is open goes on while the next one is installed; what was set before
stays set where an option is left out. Ends with 0, or with 1 and a line that says what to do.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import ssl
import subprocess
import sys
import venv
from pathlib import Path
from urllib.parse import urlsplit

PROJECT = Path(__file__).resolve().parents[2]
WINDOWS = os.name == "nt"
SITE_FILE = "huizhen-site.json"
LANGUAGES = ("zh_CN", "en")
NAME = "远程会诊 Huizhen"
DESKTOP = """[Desktop Entry]
Type=Application
Name=Huizhen
Name[zh_CN]=远程会诊
Comment=Remote medical consultation
Comment[zh_CN]=远程会诊工作站
Exec={program} %u
MimeType=x-scheme-handler/huizhen;
Icon={icon}
Terminal=false
Categories=MedicalSoftware;Science;
StartupWMClass=huizhen
"""
SHORTCUT = (
    "$s=(New-Object -ComObject WScript.Shell).CreateShortcut($env:HUIZHEN_LINK);"
    "$s.TargetPath=$env:HUIZHEN_PROGRAM;$s.Arguments='-m app';$s.Save()"
)
RUNS_BELOW = (
    "Get-CimInstance Win32_Process | "
    "Where-Object { $_.CommandLine -like ('*' + $env:HUIZHEN_PLACE + '*') } | "
    "Select-Object -ExpandProperty ProcessId"
)


class Stopped(Exception):
    """What is wrong, and what to do about it."""


def default_prefix() -> Path:
    if WINDOWS:
        return Path(os.environ.get("PROGRAMFILES", r"C:\Program Files")) / "Huizhen"
    return Path("/opt/huizhen-client")


def read_arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--server", help="address of the server, https://host:port")
    parser.add_argument("--ca", type=Path, help="PEM of the CA that signs the server's certificate")
    parser.add_argument("--language", choices=LANGUAGES, help="in which it begins for who is new")
    parser.add_argument("--prefix", type=Path, default=default_prefix())
    parser.add_argument(
        "--packages", type=Path, help="folder of downloaded packages, where there is no index"
    )
    parser.add_argument("--wheel", type=Path, help="another wheel than the newest of dist/")
    parser.add_argument("--no-shortcut", action="store_true", help="no entry in the start menu")
    parser.add_argument("--remove", action="store_true", help="removes every version")
    return parser.parse_args(given)


# --- what the site sets --------------------------------------------------------------------


def settings_of(options: argparse.Namespace, before: dict[str, str]) -> dict[str, str]:
    """As `app.store.site` reads them; what is not given stays as it was."""
    site = dict(before)
    if options.server:
        site["server"] = address_of(options.server)
        if site["server"] != before.get("server"):
            site.pop("ca", None)  # that of another server
    if options.ca:
        site["ca"] = certificate_of(options.ca)
    if options.language:
        site["language"] = options.language
    if site.get("ca") and not site.get("server"):
        raise Stopped("--ca needs --server: a CA is that of one server")
    return site


def address_of(written: str) -> str:
    text = written.strip().rstrip("/")
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if parts.scheme != "https" or not parts.hostname or parts.path or parts.query:
        raise Stopped("--server is an address like https://hub.example:8443, nothing after it")
    return f"https://{parts.netloc}"


def certificate_of(path: Path) -> str:
    try:
        text = path.read_text(encoding="ascii")
        if "BEGIN CERTIFICATE" not in text:
            raise ValueError
        ssl.create_default_context(cadata=text)
    except (OSError, ValueError, ssl.SSLError) as error:
        raise Stopped(
            f"--ca: {path.name} is no certificate in PEM; the server's is tls/ca.pem"
        ) from error
    return text


# --- versions ------------------------------------------------------------------------------


def wheel_of(options: argparse.Namespace) -> Path:
    dist = (PROJECT / "dist").glob("huizhen-*.whl")
    found = [options.wheel] if options.wheel else sorted(dist, key=version_of)
    if not found or not found[-1].is_file():
        raise Stopped("there is no wheel in dist/: run ./dev package first, or name it by --wheel")
    return Path(found[-1])


def version_of(wheel: Path) -> list[int]:
    """For comparing: 0.10.0 is newer than 0.9.0."""
    return [int(part) for part in re.findall(r"\d+", wheel.name.split("-")[1])]


def place_of(prefix: Path, wheel: Path) -> Path:
    """A folder for this very wheel."""
    version = wheel.name.split("-")[1]
    return prefix / f"{version}-{hashlib.sha256(wheel.read_bytes()).hexdigest()[:8]}"


def python_of(place: Path) -> Path:
    return place / ("Scripts/python.exe" if WINDOWS else "bin/python")


def installed(prefix: Path) -> list[Path]:
    """Whole versions, the newest last."""
    found = [one for one in prefix.glob("*-*") if (one / SITE_FILE).is_file()]
    return sorted(found, key=lambda one: (one / SITE_FILE).stat().st_mtime_ns)


def set_before(prefix: Path) -> dict[str, str]:
    for place in reversed(installed(prefix)):
        try:
            return dict(json.loads((place / SITE_FILE).read_text(encoding="utf-8")))
        except ValueError:
            continue
    return {}


def fill(place: Path, wheel: Path, packages: Path | None) -> None:
    """Makes the version's own environment, or nothing of it stays."""
    if (place / SITE_FILE).is_file():
        return
    shutil.rmtree(place, ignore_errors=True)  # left by one that broke off
    pip = [str(python_of(place)), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    source = ["--no-index", "--find-links", str(packages)] if packages else []
    requirements = PROJECT / "requirements" / "client.txt"
    try:
        make_environment(place)
        call([*pip, *source, "--require-hashes", "-r", str(requirements)], "the packages")
        call([*pip, "--no-index", "--no-deps", str(wheel)], "the program")
        call([str(python_of(place)), "-m", "app", "--help"], "the first start")
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise


def make_environment(place: Path) -> None:
    try:
        venv.create(place, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Stopped(
            "no environment could be made for the program: is there room on the disk, and is "
            "Python whole (on Debian and Ubuntu: apt-get install python3-venv)?"
        ) from error


def call(command: list[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-1:] or ["no word"]
        raise Stopped(f"{what} failed ({last[0]}); what was installed before is still there")


def write_settings(place: Path, site: dict[str, str]) -> None:
    """Last, and whole: this file makes the folder a version."""
    fresh = place / f"{SITE_FILE}.new"
    fresh.write_text(json.dumps(site, ensure_ascii=False, indent=1), encoding="utf-8")
    fresh.replace(place / SITE_FILE)


def sweep(prefix: Path, kept: Path) -> None:
    """Removes older versions; one that is still open stays until the next time."""
    for place in installed(prefix):
        if place == kept or in_use(place):
            continue
        (place / SITE_FILE).unlink()
        shutil.rmtree(place, ignore_errors=True)


def in_use(place: Path) -> bool:
    """Whether a program of this version runs: by its image on Windows, elsewhere by /proc."""
    if WINDOWS:
        told = {**os.environ, "HUIZHEN_PLACE": str(place)}
        command = ["powershell", "-NoProfile", "-NonInteractive", "-Command", RUNS_BELOW]
        done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
        return done.returncode != 0 or bool(done.stdout.strip())
    own = f"{place}{os.sep}".encode()
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if line.read_bytes().startswith(own):
                return True
        except OSError:
            continue
    return False


# --- where people find it ------------------------------------------------------------------


def start_menu() -> Path:
    """The entry that everybody at this computer sees; macOS has none for a program like this."""
    if WINDOWS:
        data = Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData"))
        return data / r"Microsoft\Windows\Start Menu\Programs" / f"{NAME}.lnk"
    return Path("/usr/local/share/applications/huizhen.desktop")


def make_shortcut(place: Path, entry: Path) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True)
    if WINDOWS:
        program = str(place / "Scripts" / "pythonw.exe")
        told = {**os.environ, "HUIZHEN_LINK": str(entry), "HUIZHEN_PROGRAM": program}
        command = ["powershell", "-NoProfile", "-NonInteractive", "-Command", SHORTCUT]
        if subprocess.run(command, env=told, check=False).returncode:
            raise Stopped("the entry in the start menu could not be made: run it as administrator")
        return
    icon = next(place.glob("lib/python*/site-packages/resources/huizhen.svg"), "")
    entry.write_text(DESKTOP.format(program=place / "bin" / "huizhen", icon=icon), encoding="utf-8")


def install(options: argparse.Namespace) -> str:
    site = settings_of(options, set_before(options.prefix))
    wheel = wheel_of(options)
    place = place_of(options.prefix.absolute(), wheel)
    fill(place, wheel, options.packages)
    write_settings(place, site)
    if not options.no_shortcut and sys.platform != "darwin":
        make_shortcut(place, start_menu())
    sweep(options.prefix.absolute(), place)
    return f"installed in {place}"


def remove(options: argparse.Namespace) -> str:
    """Profiles of people stay where they are: drafts may not have been sent yet."""
    start_menu().unlink(missing_ok=True)
    found = installed(options.prefix)
    for place in found:
        shutil.rmtree(place, ignore_errors=True)
    left = [place.name for place in found if place.exists()]
    if left:
        raise Stopped(f"{', '.join(left)} could not be removed: close the program everywhere first")
    return f"removed from {options.prefix}; what people wrote is still in their profiles"


def main(given: list[str] | None = None) -> int:
    options = read_arguments(given)
    if not (3, 11) <= sys.version_info[:2] < (3, 14):
        print(f"Python 3.11 to 3.13 is needed; this is {sys.version.split()[0]}", file=sys.stderr)
        return 1
    try:
        print(remove(options) if options.remove else install(options))
    except Stopped as error:
        print(error, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(f"{error.filename}: run it as administrator, or choose --prefix", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{error.filename or options.prefix}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
