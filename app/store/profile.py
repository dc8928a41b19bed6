"""What a profile remembers: openly the server and the look, sealed everything that is secret.

`--profile DIR` keeps two clients on one machine apart; without it the profile lies in the user's
data folder. File names carry no patient data: records are named by what they are or by a UUID.
"""

import json
import logging
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from uuid import UUID

from platformdirs import user_data_path

from app.store.errors import Damaged, ForeignKey
from app.store.files import write_atomically
from app.store.sealed import Sealer
from app.store.site import Site

log = logging.getLogger(__name__)
CODE_TABLE = "icd10.tsv"
"""The hospital's own table of diagnoses, where one was imported."""


def profile_folder(given: Path | None) -> Path:
    """The folder of this user's profile, made where it is not there yet."""
    folder = (given or user_data_path("huizhen", appauthor=False)).absolute()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


@dataclass(frozen=True, slots=True)
class Remembered:
    """Not secret. `pins` maps a server address to the PEM of the CA it must be signed by."""

    server: str = ""
    username: str = ""
    theme: str = "light"
    language: str = "zh_CN"
    pins: dict[str, str] = field(default_factory=dict)
    intake: dict[str, object] = field(default_factory=dict)
    """As `app.store.intake_settings.IntakeSettings` writes them."""
    emr: dict[str, object] = field(default_factory=dict)
    """As `app.net.emr.place.EmrServer` writes it."""
    devices: dict[str, dict[str, str]] = field(default_factory=dict)
    """camera, microphone and speaker that were chosen: `id` and `name`."""
    ring_tones: bool = True
    lock_minutes: int = 15
    """Without input; 0 is never."""


class Profile:
    """One folder of one user of this machine; what they have not chosen is as the site set it."""

    def __init__(self, folder: Path, site: Site | None = None) -> None:
        self.folder = folder
        self._site = site or Site()
        self._writing = threading.Lock()
        self.remembered = self._read()

    def _read(self) -> Remembered:
        try:
            data = json.loads((self.folder / "profile.json").read_bytes())
            known = {key: data[key] for key in Remembered.__slots__ if key in data}
            return Remembered(**known)
        except FileNotFoundError:
            return self._first()
        except (ValueError, TypeError):
            log.warning("the profile is damaged and is begun anew")
            return self._first()

    def _first(self) -> Remembered:
        first = Remembered()
        return replace(first, language=self._site.language or first.language)

    @property
    def server(self) -> str:
        """The address that the sign-in window suggests."""
        return self._site.server or self.remembered.server

    @property
    def pins(self) -> dict[str, str]:
        """By server address the PEM of its CA; the site's own goes before one that was shown."""
        return {**self.remembered.pins, **self._site.pins}

    def remember(self, **changed: object) -> None:
        """From any thread; raises DiskFull."""
        with self._writing:
            self.remembered = replace(self.remembered, **changed)  # type: ignore[arg-type]  # checked by the dataclass's users
            data = json.dumps(asdict(self.remembered), ensure_ascii=False, indent=1)
            write_atomically(self.folder / "profile.json", data.encode())


class DeviceChoices:
    """The devices chosen on this computer (`app.services.equipment.DeviceMemory`)."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def read(self) -> Mapping[str, Mapping[str, str]]:
        return self._profile.remembered.devices

    def write(self, devices: Mapping[str, Mapping[str, str]]) -> None:
        """Raises DiskFull."""
        self._profile.remember(devices={what: dict(one) for what, one in devices.items()})


class ToneChoice:
    """Whether cases are heard on this computer (`app.services.ringing.ToneMemory`)."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def read(self) -> bool:
        return self._profile.remembered.ring_tones

    def write(self, on: bool) -> None:
        """Raises DiskFull."""
        self._profile.remember(ring_tones=on)


class LockChoice:
    """When this computer locks the window (`app.services.locking.LockMemory`)."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile

    def read(self) -> int:
        return self._profile.remembered.lock_minutes

    def write(self, minutes: int) -> None:
        """Raises DiskFull."""
        self._profile.remember(lock_minutes=minutes)


class SealedStore:
    """Sealed records of a profile; `folder` groups them, e.g. `drafts`."""

    def __init__(self, folder: Path, sealer: Sealer) -> None:
        self._folder = folder
        self.sealer = sealer

    def write(self, name: str, plain: bytes) -> None:
        write_atomically(self._path(name), self.sealer.seal(plain, f"{self._folder.name}/{name}"))

    def read(self, name: str) -> bytes | None:
        """None when there is no such record; raises ForeignKey or Damaged."""
        try:
            sealed = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        return self.sealer.open(sealed, f"{self._folder.name}/{name}")

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def names(self) -> tuple[str, ...]:
        found = sorted(self._folder.glob("*.sealed")) if self._folder.is_dir() else []
        return tuple(path.stem for path in found)

    def read_all(self) -> dict[str, bytes]:
        """Every record this key opens; the others are left alone."""
        records = {}
        for name in self.names():
            try:
                plain = self.read(name)
            except (ForeignKey, Damaged):
                continue
            if plain is not None:
                records[name] = plain
        return records

    def has_foreign(self) -> bool:
        """Whether a record is there that this key does not open."""
        return len(self.read_all()) < len(self.names())

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.sealed"


def draft_name(consultation_id: UUID) -> str:
    return consultation_id.hex
