"""What makes the audit trail of a running server evidence, built from its settings."""

from server.api.services.evidence import Evidence
from server.api.services.head_stamps import HeadStamps, TimeAuthority
from server.domain.ports import Clock
from server.settings import Settings
from server.store.kept_head import KeptHead
from server.store.kept_secrets import evidence_key
from server.store.time_stamps import read_roots
from server.store.work import Store


def evidence_of(
    settings: Settings, store: Store, clock: Clock
) -> tuple[Evidence, HeadStamps | None]:
    """What makes the audit trail evidence, and what has an authority of time stamp its heads.

    Raises `EvidenceUnusable` for a file without certificates.
    """
    folder, heads = settings.data_dir, settings.audit_heads_dir
    key, every_s = evidence_key(folder), settings.audit_sealed_every_s
    evidence = Evidence(store, clock, key, KeptHead(folder), every_s, heads)
    if not settings.audit_timestamp_url or settings.audit_timestamp_roots is None:
        return evidence, None
    roots = read_roots(settings.audit_timestamp_roots)
    authority = TimeAuthority(settings.audit_timestamp_url, roots)
    return evidence, HeadStamps(store, clock, authority, heads)
