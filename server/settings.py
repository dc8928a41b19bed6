"""Everything that can be configured: `HUIZHEN_*` variables, or one TOML file (variables win)."""

import os
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from protocol.account import Role
from protocol.consultation import Urgency
from protocol.service_line import LineMode
from server.setting_values import (
    DatabaseUrl,
    LogLevel,
    PublicUrl,
    SettingsError,
    TurnUrls,
    WebOrigins,
    told,
)

PREFIX = "HUIZHEN_"
CLIENT = f"{PREFIX}CLIENT_"
EDGE = f"{PREFIX}EDGE_"
OTHERS = frozenset(f"{PREFIX}{name}" for name in ("CONFIG", "VENV", "SHARED"))
"""Variables of this prefix that are not settings of the server: where the settings are, and what
the development script and the tests read."""


class IceServerSetting(BaseModel):
    """One WebRTC RTCIceServer of the site; nothing outside the site is ever the default."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None


class Settings(BaseSettings):
    """All settings with their defaults. Times are seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", frozen=True, allow_inf_nan=False
    )

    name: str = "Huizhen"
    data_dir: Path = Path("huizhen-data")
    host: str = "127.0.0.1"
    port: int = Field(default=8443, ge=0, le=65535)
    database_url: DatabaseUrl | None = None
    redis_url: str | None = Field(default=None, pattern=r"^rediss?://[^\s]+$")
    process: str = Field(default="", pattern=r"^[a-z0-9-]{0,40}$")
    process_gone_s: float = Field(default=10, gt=0)
    drain_s: float = Field(default=0, ge=0, le=300)
    """From being asked to stop until stopping: `/readyz` says that nobody new is welcome."""
    key_file: Path | None = None
    cipher: Literal["aes-256-gcm", "sm4-gcm"] = "aes-256-gcm"
    """Of keys that are made from now on, and of what is sealed under them."""
    seal_rows: bool = True
    """Whether rows with patient data are encrypted; False only to go back to an older version."""
    key_module: Path | None = None
    """PKCS#11 library of the token (HSM) that wraps what is in the key file."""
    key_token: str = ""
    key_label: str = "huizhen"
    key_pin: SecretStr | None = None
    key_pin_file: Path | None = None
    s3_endpoint: str | None = None
    s3_bucket: str | None = None
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    s3_region: str = "us-east-1"
    s3_prefix: str = ""
    s3_ca: Path | None = None
    pacs_url: str | None = Field(default=None, pattern=r"^https?://[^\s?#]+$")
    pacs_user: str = ""
    pacs_password: SecretStr | None = None
    pacs_ca: Path | None = None
    pacs_cache_bytes: int = Field(default=20 * 1024**3, ge=1024**2)
    web_origins: WebOrigins = ()
    public_url: PublicUrl | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    tls_names: tuple[str, ...] = ()
    device_roots: Path | None = None
    """Authorities whose certificates show that a computer is one of the site's."""
    device_revoked: Path | None = None
    devices_needed: tuple[str, ...] = ()
    """Codes of institutions whose accounts work at such computers only; `all` is everybody."""
    devices_bound: bool = False

    access_token_s: int = Field(default=600, ge=1)
    refresh_token_s: int = Field(default=12 * 3600, ge=1)
    refresh_grace_s: float = Field(default=30, ge=0)
    transfer_refresh_token_s: int = Field(default=7 * 24 * 3600, ge=1)
    relay_token_s: int = Field(default=24 * 3600, ge=1)
    call_token_s: int = Field(default=12 * 3600, ge=1)
    """A guest who is in the call stays in it; a ticket is good for its call only, while it runs."""
    signing_ticket_s: int = Field(default=120, ge=1)
    requests_per_s: float = Field(default=100, gt=0)
    """Of one account; ten times as many at once after a rest."""
    image_requests_per_s: float = Field(default=1000, gt=0)
    password_hashes_at_once: int = Field(default=2, ge=1, le=64)
    password_memory_kib: int = Field(default=65536, ge=8192)
    second_factor_roles: tuple[Role, ...] = ()
    lock_after_s: int | None = Field(default=None, ge=30)
    """Windows without input are locked after this at the latest."""
    wipe_on_sign_out: bool = False
    emergency_access_s: int = Field(default=3600, ge=60, le=24 * 3600)
    many_cases_an_hour: int = Field(default=40, ge=1)

    offer_rings_s: float = Field(default=60, gt=0)
    lease_s: float = Field(default=300, gt=0)
    accept_target_s: float = Field(default=900, gt=0)
    read_back_s: float = Field(default=600, gt=0)
    ring_again_s: float = Field(default=300, gt=0)
    no_show_s: float = Field(default=600, gt=0)
    start_target_s: float = Field(default=900, gt=0)
    report_targets_s: dict[Urgency, Annotated[float, Field(gt=0)]] = {}
    idle_s: float = Field(default=1800, gt=0)
    ageing_s: float = Field(default=900, gt=0)
    declines_before_dispatch: int = Field(default=3, ge=1)
    rings_at_once: int = Field(default=3, ge=1)
    service_lines: dict[str, LineMode] = {}
    """How the cases of departments find their expert; "*" is of all that are not named."""
    require_licence: bool = False
    earlier_studies: bool = True
    co_signed_departments: tuple[str, ...] = ()
    """Whose reports need a reviewer's approval of their words; `*`: of all."""

    audit_sealed_every_s: float = Field(default=5, gt=0)
    """How long an entry of the audit trail may wait before it is in the signed tree."""
    audit_heads_dir: Path | None = None
    audit_timestamp_url: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    audit_timestamp_roots: Path | None = None

    backup_dir: Path | None = None
    """The folder of backups that is brought up to date while the server runs."""
    backup_every_s: float = Field(default=1, gt=0)

    signature_roots: Path | None = None
    timestamp_url: str = Field(default="", pattern=r"^(https?://[^\s?#]+)?$")
    certificate_needed: bool = False

    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_from: str | None = Field(default=None, pattern=r"^[^@\s<>]+@[^@\s<>]+$")
    smtp_ca: Path | None = None
    sms_url: str | None = Field(default=None, pattern=r"^https://[^\s#]+$")
    sms_secret: SecretStr | None = Field(default=None, min_length=16)
    sms_ca: Path | None = None
    on_call_retries_s: tuple[Annotated[float, Field(gt=0)], ...] = (10, 30, 60, 120, 300)

    ice_servers: tuple[IceServerSetting, ...] = ()
    turn_urls: TurnUrls = ()
    turn_secret: SecretStr | None = None
    turn_valid_s: int = Field(default=3600, ge=1)
    turn_ca: Path | None = None
    ice_transport_policy: Literal["all", "relay"] = "all"
    seat_kept_s: float = Field(default=30, ge=0)
    sfu_url: str | None = Field(default=None, pattern=r"^wss?://[^\s?#]+$")
    sfu_api_secret: SecretStr | None = None
    sfu_admin_key: SecretStr | None = None
    sfu_ca: Path | None = None
    sfu_from: int = Field(default=5, ge=2)
    sfu_kbps: int = Field(default=1000, ge=100, le=4000)
    recording: bool = False
    recording_kept_days: int = Field(default=1096, ge=1, le=36525)
    """After the end of the call."""
    screen_sharing: bool = True
    bulk_export: Literal["off", "anonymous", "named"] = "off"
    max_json_bytes: int = Field(default=4 * 1024 * 1024, ge=1024)
    max_listing_bytes: int = Field(default=16 * 1024 * 1024, ge=1024)
    """Of a declaration: 20,000 images with UIDs of 64 characters and both hashes are 8 MB."""
    max_instance_bytes: int = Field(default=4 * 1024**3, ge=1024)
    socket_queue_messages: int = Field(default=2000, ge=16)
    facts_kept_days: int = Field(default=30, ge=1)
    progress_facts_per_s: float = Field(default=5, gt=0)
    log_level: LogLevel = "INFO"
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = Field(default=None, ge=1, le=65535)

    @property
    def prefix(self) -> str:
        """What the names of its variables begin with."""
        return PREFIX

    @property
    def database(self) -> str:
        """The database's address; SQLite in the data folder unless another is given."""
        if self.database_url is not None:
            return self.database_url
        return f"sqlite+aiosqlite:///{(self.data_dir / 'huizhen.sqlite').resolve()}"

    def own(self, folder: Path) -> Path:
        """Where this process keeps what is only its own, below a folder that others may share."""
        return folder / self.process if self.process else folder

    def holds(self, folder: Path) -> bool:
        """Whether a folder lies in the data folder: a backup there would pack itself."""
        own, found = self.data_dir.resolve(), folder.resolve()
        return found == own or own in found.parents

    @property
    def object_keys(self) -> Path:
        """The file with the keys of stored images; in the data folder unless it is elsewhere."""
        return self.key_file or self.data_dir / "object-keys.json"

    @property
    def progress_interval(self) -> timedelta:
        return timedelta(seconds=1 / self.progress_facts_per_s)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = os.environ.get(f"{PREFIX}CONFIG")
        if not file:
            return init_settings, env_settings
        toml = TomlConfigSettingsSource(settings_cls, toml_file=Path(file))
        return init_settings, env_settings, toml


def load_settings(config: Path | None = None, **overrides: Any) -> Settings:
    """Reads the settings; raises `SettingsError` naming the key and the mend."""
    if config is not None:
        os.environ[f"{PREFIX}CONFIG"] = str(config)
    file = os.environ.get(f"{PREFIX}CONFIG")
    if file:
        _check_file(Path(file))
    _check_variables(os.environ)
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        lines = [told(PREFIX, problem) for problem in error.errors()]
        raise SettingsError("; ".join(lines)) from error
    except ValueError as error:
        raise SettingsError(f"a {PREFIX}* variable is not the JSON it must be: {error}") from error
    _check_together(settings)
    _check_backups(settings)
    _check_devices(settings)
    return settings


_PAIRS = (
    ("TLS_CERTIFICATE", "TLS_KEY"),
    ("TURN_URLS", "TURN_SECRET"),
    ("SMTP_HOST", "SMTP_FROM"),
    ("SMS_URL", "SMS_SECRET"),
    ("AUDIT_TIMESTAMP_URL", "AUDIT_TIMESTAMP_ROOTS"),
)


def _check_together(settings: Settings) -> None:
    """Raises `SettingsError` where one setting needs another."""
    for one, other in _PAIRS:
        if bool(getattr(settings, one.lower())) != bool(getattr(settings, other.lower())):
            raise SettingsError(
                f"{PREFIX}{one} and {PREFIX}{other} belong together: give both or neither"
            )
    if settings.redis_url is not None:
        if not settings.database.startswith("postgresql"):
            raise SettingsError(
                f"{PREFIX}REDIS_URL joins several processes, which need one database: set "
                f"{PREFIX}DATABASE_URL to a PostgreSQL"
            )
        if not settings.process:
            raise SettingsError(
                f"{PREFIX}REDIS_URL needs {PREFIX}PROCESS: a name of this process (a-z, 0-9, -), "
                "another for each"
            )
    _check_token(settings)
    if settings.smtp_user and settings.smtp_security == "none":
        raise SettingsError(
            f"{PREFIX}SMTP_USER: a password is not sent unencrypted; set {PREFIX}SMTP_SECURITY to "
            "starttls or tls"
        )
    if settings.sfu_url is not None and not (settings.sfu_api_secret and settings.sfu_admin_key):
        raise SettingsError(
            f"{PREFIX}SFU_URL needs {PREFIX}SFU_API_SECRET (Janus's api_secret) and "
            f"{PREFIX}SFU_ADMIN_KEY (its videoroom's admin_key)"
        )


def _check_backups(settings: Settings) -> None:
    if settings.backup_dir is not None and settings.holds(settings.backup_dir):
        raise SettingsError(f"{PREFIX}BACKUP_DIR lies in {PREFIX}DATA_DIR: name one elsewhere")


def _check_devices(settings: Settings) -> None:
    if settings.device_roots is None and (settings.devices_needed or settings.device_revoked):
        raise SettingsError(
            f"{PREFIX}DEVICES_NEEDED and {PREFIX}DEVICE_REVOKED need {PREFIX}DEVICE_ROOTS: the PEM "
            "file of the authority of the computers' certificates"
        )


def _check_token(settings: Settings) -> None:
    pins = (settings.key_pin is not None) + (settings.key_pin_file is not None)
    if settings.key_module is None:
        if pins or settings.key_token:
            raise SettingsError(
                f"{PREFIX}KEY_TOKEN and {PREFIX}KEY_PIN_FILE need {PREFIX}KEY_MODULE: the PKCS#11 "
                "library of the token's maker"
            )
        return
    if not settings.key_token or not settings.key_label:
        raise SettingsError(f"{PREFIX}KEY_MODULE needs {PREFIX}KEY_TOKEN: the token's label")
    if pins != 1:
        raise SettingsError(
            f"{PREFIX}KEY_MODULE needs either {PREFIX}KEY_PIN_FILE (a file with nothing but the "
            f"PIN) or {PREFIX}KEY_PIN"
        )


def _check_variables(environment: Mapping[str, str]) -> None:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | OTHERS
    unknown = sorted(
        name
        for name in environment
        if name.startswith(PREFIX) and not name.startswith((CLIENT, EDGE)) and name not in known
    )
    if unknown:
        raise SettingsError(f"{', '.join(unknown)}: no such setting; see docs/operations.md")


def _check_file(file: Path) -> None:
    try:
        given = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"{PREFIX}CONFIG: {file.name} cannot be read ({error.strerror}); check path and rights"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{PREFIX}CONFIG: {file.name} is not TOML: {error}") from error
    unknown = sorted(set(given) - set(Settings.model_fields))
    if unknown:
        raise SettingsError(
            f"{PREFIX}CONFIG: {file.name} has keys nobody reads: {', '.join(unknown)}; "
            "remove them or mend their spelling"
        )
