"""Where a site keeps its images, and the keys they are sealed with."""

import ssl
from functools import cache, partial
from pathlib import Path

from pydantic import SecretStr

from server.setting_values import SettingsError
from server.settings import Settings
from server.store.ciphers import Algorithm
from server.store.errors import KeyUnusable
from server.store.keyring import KeyRing
from server.store.objects import FolderObjects
from server.store.site_objects import SiteObjects
from server.store.token import Token, TokenPlace, pin_of


def ring_of(settings: Settings) -> KeyRing:
    """The site's key file, with the token that wraps what is in it, where one is configured."""
    module = settings.key_module
    algorithm = Algorithm[settings.cipher.replace("-", "_").upper()]
    if module is None:
        return KeyRing(settings.object_keys, algorithm=algorithm)
    place = TokenPlace(module, settings.key_token, settings.key_label)
    token = _token(place, _secret(settings.key_pin), settings.key_pin_file)
    return KeyRing(settings.object_keys, token, algorithm)


@cache
def _token(place: TokenPlace, pin: str, pin_file: Path | None) -> Token:
    """One for all who ask: it takes one session at a time, and remembers a PIN that was refused."""
    return Token(place, partial(pin_of, pin, pin_file))


def open_objects(settings: Settings) -> SiteObjects:
    """The configured store; makes its keys at the first start and never again.

    Raises `KeyUnusable` when sealed images are there and their key file is not.
    """
    ring = ring_of(settings)
    objects = _with_archive(settings, _chosen(settings, ring))
    if not ring.exists:
        if objects.has_sealed():
            raise KeyUnusable(
                f"the key file {settings.object_keys.name} is gone and stored images cannot be "
                "opened without it: put it back from the backup, or set HUIZHEN_KEY_FILE to "
                "where it is. The server makes no new one, so that nothing is lost"
            )
        ring.make(plain=objects.has_plain())
    ring.active()
    return objects


def _with_archive(settings: Settings, objects: SiteObjects) -> SiteObjects:
    if settings.pacs_url is None:
        return objects
    from server.store.pacs import Pacs, PacsObjects  # its library takes long to load

    trust: ssl.SSLContext | bool = True
    if settings.pacs_ca is not None:
        try:
            trust = ssl.create_default_context(cafile=str(settings.pacs_ca))
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(
                f"HUIZHEN_PACS_CA: no PEM certificate can be read there ({error})"
            ) from error
    pacs = Pacs(settings.pacs_url, settings.pacs_user, _secret(settings.pacs_password), trust)
    folder = settings.own(settings.data_dir / "archive")
    return PacsObjects(objects, pacs, folder, settings.pacs_cache_bytes)


def _secret(value: SecretStr | None) -> str:
    return "" if value is None else value.get_secret_value()


def _chosen(settings: Settings, ring: KeyRing) -> SiteObjects:
    if settings.s3_bucket is None:
        return FolderObjects(
            settings.data_dir / "objects", ring, settings.own(settings.data_dir / "objects/spool")
        )
    given = (settings.s3_endpoint, settings.s3_access_key, settings.s3_secret_key)
    if settings.s3_endpoint is None or None in given:
        raise SettingsError(
            "HUIZHEN_S3_BUCKET needs HUIZHEN_S3_ENDPOINT, HUIZHEN_S3_ACCESS_KEY and "
            "HUIZHEN_S3_SECRET_KEY with it"
        )
    from server.store.s3 import Bucket, S3Objects  # its library takes long to load

    bucket = Bucket(
        endpoint=settings.s3_endpoint,
        name=settings.s3_bucket,
        access_key=_secret(settings.s3_access_key),
        secret_key=_secret(settings.s3_secret_key),
        region=settings.s3_region,
        prefix=settings.s3_prefix,
        ca=settings.s3_ca,
    )
    return S3Objects(bucket, ring, settings.own(settings.data_dir / "objects/spool"))
