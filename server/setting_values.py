"""Values of settings that have a form of their own, and what is said of those that have not."""

import re
from pathlib import Path
from typing import Annotated, Protocol

from pydantic import AfterValidator
from pydantic_core import ErrorDetails


class SettingsError(Exception):
    """A setting cannot be used; the text names the key and the mend."""


_ORIGIN = re.compile(r"^(https://[A-Za-z0-9.-]+|http://(127\.0\.0\.1|localhost))(:\d{1,5})?$")


def _known_level(value: str) -> str:
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("use DEBUG, INFO, WARNING or ERROR")
    return value.upper()


def _real_origins(value: tuple[str, ...]) -> tuple[str, ...]:
    for origin in value:
        if not _ORIGIN.match(origin):
            raise ValueError("give origins as https://name or https://name:port, no wildcard")
    return value


def _real_origin(value: str) -> str:
    if not _ORIGIN.match(value):
        raise ValueError("give the address as https://name or https://name:port, without a path")
    return value


_TURN = re.compile(r"^turns?:[^?\s/@]+(:\d{1,5})?(\?transport=(udp|tcp))?$")


def _turn_urls(value: tuple[str, ...]) -> tuple[str, ...]:
    for url in value:
        if not _TURN.match(url):
            raise ValueError(
                "give relays as turn:name:port?transport=udp, …=tcp or turns:name:port"
            )
    return value


_DATABASE = re.compile(r"^(sqlite\+aiosqlite://.*|postgresql\+asyncpg://[^\s/]*/[^\s?]+(\?.*)?)$")


def _database_url(value: str) -> str:
    if not _DATABASE.match(value):
        raise ValueError(
            "give a PostgreSQL as postgresql+asyncpg://user:password@name:5432/database, "
            "or nothing: then it is a file (SQLite) in the data folder"
        )
    return value


LogLevel = Annotated[str, AfterValidator(_known_level)]
PublicUrl = Annotated[str, AfterValidator(_real_origin)]
WebOrigins = Annotated[tuple[str, ...], AfterValidator(_real_origins)]
TurnUrls = Annotated[tuple[str, ...], AfterValidator(_turn_urls)]
DatabaseUrl = Annotated[str, AfterValidator(_database_url)]


def told(prefix: str, problem: ErrorDetails) -> str:
    """What is wrong with the value of a setting, and which; `prefix` begins its name."""
    key = ".".join(str(part) for part in problem["loc"]).upper()
    return f"{prefix}{key}: {problem['msg'].removeprefix('Value error, ')}"


class OfData(Protocol):
    """The settings of whatever keeps data; `prefix` begins their names."""

    @property
    def prefix(self) -> str: ...
    @property
    def data_dir(self) -> Path: ...


def make_folder(settings: OfData) -> None:
    """The data folder, for the server's user alone; raises `SettingsError`."""
    folder = settings.data_dir
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(
            f"{settings.prefix}DATA_DIR: {folder} cannot be made or used ({error.strerror}): name "
            "a folder that the server's user may write, on a disk that is there"
        ) from error
