"""The hospital's own program opens this one for its patient (SMART App Launch 2.2, EHR launch): it
says at which server (`iss`) and gives a word (`launch`) that only that server understands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from app.net.emr.elements import ID

SCHEME = "huizhen"


@dataclass(frozen=True, slots=True)
class Launch:
    """Both as they came."""

    iss: str
    launch: str = field(repr=False)

    def is_at(self, url: str) -> bool:
        """Whether it is of the server at this address: no other is asked for anything."""
        return bool(url) and _plain(self.iss) == _plain(url)


def launch_of(words: Sequence[str]) -> Launch | None:
    """Of `launch=… iss=…`, or of a link `huizhen://launch?iss=…&launch=…`; None where one of the
    two is not there."""
    told: dict[str, str] = {}
    for word in words:
        if word.startswith(f"{SCHEME}:"):
            query = parse_qs(urlsplit(word).query)
            told |= {name: query[name][0] for name in ("iss", "launch") if query.get(name)}
        else:
            name, _, value = word.partition("=")
            told[name] = value
    iss, launch = told.get("iss", ""), told.get("launch", "")
    return Launch(iss, launch) if iss and launch else None


def launched_patient(answer: dict[str, object]) -> str:
    """The id of the Patient that the token is for; empty where the server names none."""
    told = answer.get("patient")
    return told if isinstance(told, str) and ID.fullmatch(told) else ""


def _plain(url: str) -> tuple[str, str, int | None, str]:
    try:
        parts = urlsplit(url.strip())
        default = {"https": 443, "http": 80}.get(parts.scheme)
        place = parts.scheme, parts.hostname or "", parts.port or default
    except ValueError:
        return "", url, None, ""
    return (*place, f"{parts.path.rstrip('/')}?{parts.query}")
