"""What an edge is told: `HUIZHEN_EDGE_*` variables, or one TOML file (variables win)."""

import os
import re
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from server.setting_values import LogLevel, SettingsError, WebOrigins, told
from server.settings import EDGE

CONFIG = f"{EDGE}CONFIG"
GIB = 1024**3
_UPLINK = re.compile(r"^https://[^/\s?#]+$")


class EdgeSettings(BaseSettings):
    """All settings of an edge with their defaults; sizes in bytes, times in seconds."""

    model_config = SettingsConfigDict(env_prefix=EDGE, extra="ignore", frozen=True)

    uplink: str
    uplink_ca: Path | None = None
    uplink_certificate: Path | None = None
    """The edge's own, where the centre wants its clients to have one; it stands for theirs."""
    uplink_key: Path | None = None
    name: str = "Huizhen"
    data_dir: Path = Path("huizhen-edge")
    key_file: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8443, ge=0, le=65535)
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_names: tuple[str, ...] = ()
    web_origins: WebOrigins = ()
    cache_bytes: int = Field(default=20 * GIB, ge=1024**2)
    queue_bytes: int = Field(default=50 * GIB, ge=1024**2)
    allowed_s: float = Field(default=30, ge=0, le=600)
    offline_s: float = Field(default=1800, ge=0)
    log_level: LogLevel = "INFO"

    @field_validator("uplink")
    @classmethod
    def _address(cls, value: str) -> str:
        if not _UPLINK.match(value.rstrip("/")):
            raise ValueError("give the centre's address as https://name or https://name:port")
        return value.rstrip("/")

    @property
    def prefix(self) -> str:
        """What the names of its variables begin with."""
        return EDGE

    @property
    def keys(self) -> Path:
        """The file with the keys of what is kept; in the data folder unless it is elsewhere."""
        return self.key_file or self.data_dir / "edge-keys.json"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = os.environ.get(CONFIG)
        if not file:
            return init_settings, env_settings
        return (
            init_settings,
            env_settings,
            TomlConfigSettingsSource(settings_cls, toml_file=Path(file)),
        )


def load_edge_settings(config: Path | None = None, **overrides: Any) -> EdgeSettings:
    """Reads the settings; raises `SettingsError` naming the key and the mend."""
    if config is not None:
        os.environ[CONFIG] = str(config)
    if file := os.environ.get(CONFIG):
        _check_file(Path(file))
    known = {f"{EDGE}{name.upper()}" for name in EdgeSettings.model_fields} | {CONFIG}
    unknown = sorted(name for name in os.environ if name.startswith(EDGE) and name not in known)
    if unknown:
        raise SettingsError(f"{', '.join(unknown)}: no such setting; see docs/operations.md")
    try:
        settings = EdgeSettings(**overrides)
    except ValidationError as error:
        raise SettingsError("; ".join(map(_told, error.errors()))) from error
    except ValueError as error:
        raise SettingsError(f"a {EDGE}* variable is not the JSON it must be: {error}") from error
    for name in ("TLS", "UPLINK"):
        both = (f"{name}_CERTIFICATE", f"{name}_KEY")
        if sum(getattr(settings, one.lower()) is None for one in both) == 1:
            raise SettingsError(
                f"{EDGE}{both[0]} and {EDGE}{both[1]} belong together: give both or neither"
            )
    return settings


def _told(problem: ErrorDetails) -> str:
    if problem["type"] == "missing":  # no other has no default
        return f"{EDGE}UPLINK: set it to the address of the centre's server, https://name:port"
    return told(EDGE, problem)


def _check_file(file: Path) -> None:
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(
            f"{CONFIG}: {file.name} cannot be read as TOML ({error}); check path, rights, spelling"
        ) from error
    unknown = sorted(set(given) - set(EdgeSettings.model_fields))
    if unknown:
        raise SettingsError(
            f"{CONFIG}: {file.name} has keys nobody reads: {', '.join(unknown)}; "
            "remove them or mend their spelling"
        )
