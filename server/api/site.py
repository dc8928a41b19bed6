"""What the settings of a site become for the services."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from protocol.call import IceServer
from protocol.recording import RECORDING_WORDING, RecordingTerms
from protocol.report import SigningTerms
from server.api.services.ice import Ice
from server.api.services.request_limits import RequestLimits
from server.api.services.tokens import load_key
from server.api.sfu.sfu import Sfu, SfuPlace
from server.domain.case import REPORT_TARGETS, Timings
from server.setting_values import SettingsError
from server.settings import Settings
from server.store.shared_limits import SharedLimits


def timings_of(settings: Settings) -> Timings:
    return Timings(
        offer_rings=timedelta(seconds=settings.offer_rings_s),
        lease=timedelta(seconds=settings.lease_s),
        accept_target=timedelta(seconds=settings.accept_target_s),
        start_target=timedelta(seconds=settings.start_target_s),
        report_targets={
            **REPORT_TARGETS,
            **{key: timedelta(seconds=s) for key, s in settings.report_targets_s.items()},
        },
        idle=timedelta(seconds=settings.idle_s),
        read_back=timedelta(seconds=settings.read_back_s),
        ring_again=timedelta(seconds=settings.ring_again_s),
        no_show=timedelta(seconds=settings.no_show_s),
        ageing=timedelta(seconds=settings.ageing_s),
        declines_before_dispatch=settings.declines_before_dispatch,
        rings_at_once=settings.rings_at_once,
    )


def ice_of(settings: Settings) -> Ice:
    """What participants of calls are told of STUN and TURN; raises `SettingsError`."""
    secret, ca = settings.turn_secret, None
    if settings.turn_ca is not None:
        try:
            ca = settings.turn_ca.read_text("ascii")
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{settings.prefix}TURN_CA: this file cannot be read as PEM; check path and rights"
            ) from error
    return Ice(
        servers=tuple(
            IceServer(urls=one.urls, username=one.username, credential=one.credential)
            for one in settings.ice_servers
        ),
        turn_urls=settings.turn_urls,
        turn_secret="" if secret is None else secret.get_secret_value(),
        turn_valid_s=settings.turn_valid_s,
        policy=settings.ice_transport_policy,
        ca=ca,
    )


def signing_terms_of(settings: Settings) -> SigningTerms:
    """What experts and clinics are told of signatures; raises `SettingsError`."""
    roots: list[str] = []
    if settings.signature_roots is not None:
        try:
            found = x509.load_pem_x509_certificates(settings.signature_roots.read_bytes())
        except (OSError, ValueError) as error:
            raise SettingsError(
                f"{settings.prefix}SIGNATURE_ROOTS: this file cannot be read as PEM certificates; "
                "check path and rights"
            ) from error
        roots = [one.public_bytes(Encoding.PEM).decode("ascii") for one in found]
    if settings.certificate_needed and not roots:
        raise SettingsError(
            f"{settings.prefix}CERTIFICATE_NEEDED: give {settings.prefix}SIGNATURE_ROOTS, too, or "
            "nobody can verify a signature"
        )
    return SigningTerms(
        roots=tuple(roots),
        timestamp_url=settings.timestamp_url,
        certificate_needed=settings.certificate_needed,
        co_signed=settings.co_signed_departments,
    )


def sfu_of(settings: Settings) -> Sfu | None:
    """The site's SFU, where it has one."""
    if settings.sfu_url is None:
        return None
    assert settings.sfu_api_secret is not None
    assert settings.sfu_admin_key is not None
    place = SfuPlace(
        url=settings.sfu_url,
        api_secret=settings.sfu_api_secret.get_secret_value(),
        admin_key=settings.sfu_admin_key.get_secret_value(),
        used_from=settings.sfu_from,
        kbps=settings.sfu_kbps,
        ca=settings.sfu_ca,
    )
    return Sfu(place, load_key(settings.data_dir))


def recording_terms(settings: Settings) -> RecordingTerms | None:
    """What a site that records its calls offers."""
    if not settings.recording:
        return None
    return RecordingTerms(kept_days=settings.recording_kept_days, wording=RECORDING_WORDING)


def limits_of(settings: Settings) -> RequestLimits:
    """How often an account may ask; counted together where several processes serve."""
    shared = None if settings.redis_url is None else SharedLimits(settings.redis_url)
    return RequestLimits(settings.requests_per_s, settings.image_requests_per_s, shared)
