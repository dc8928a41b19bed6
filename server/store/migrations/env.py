"""Alembic's entry: the caller hands the open connection over."""

from collections.abc import Collection, Mapping
from typing import Any

from alembic import context
from alembic.runtime.migration import MigrationContext, MigrationInfo

from server.store.columns import Base
from server.store.done_step_table import DoneStepRow
from server.store.evidence_tables import AuditLeafRow
from server.store.fhir_tables import FhirVersionRow
from server.store.form_tables import PresentedFormRow
from server.store.image_tables import InstanceRow
from server.store.notification_table import NotificationRow
from server.store.on_call_tables import AlertRow
from server.store.pickup_tables import PickupRow
from server.store.recording_tables import RecordingRow
from server.store.rota_tables import RotaEntryRow
from server.store.row_key_table import RowKeyRow
from server.store.second_factor_tables import SecondFactorRow
from server.store.service_line_table import ServiceLineRow
from server.store.shared_record_table import SharedRecordRow
from server.store.tables import CounterRow

_ALL_TABLES = (
    CounterRow,
    AuditLeafRow,
    DoneStepRow,
    FhirVersionRow,
    PresentedFormRow,
    InstanceRow,
    NotificationRow,
    AlertRow,
    PickupRow,
    RecordingRow,
    RotaEntryRow,
    RowKeyRow,
    SecondFactorRow,
    ServiceLineRow,
    SharedRecordRow,
)  # importing the modules completes the metadata


def _taken(
    ctx: MigrationContext,
    step: MigrationInfo,
    heads: Collection[Any],
    run_args: Mapping[str, Any],
) -> None:
    """Tells the caller which steps were taken, where it asks."""
    if tell := context.config.attributes.get("taken"):
        tell(step.up_revision_id or "")


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    on_version_apply=_taken,
)
with context.begin_transaction():
    context.run_migrations()
