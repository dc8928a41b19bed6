"""Every service of the API, built once by the composition and handed to the routes."""

from collections.abc import Callable
from dataclasses import dataclass

from protocol.report import SigningTerms
from server.api.dicomweb.described import Describing
from server.api.dicomweb.reading import ImageReading
from server.api.dicomweb.resuming import Resuming
from server.api.dicomweb.storing import ImageStoring
from server.api.fhir.resources import FhirResources
from server.api.fhir.searching import FhirSearches
from server.api.fhir.transactions import FhirTransactions
from server.api.leaving import Leaving
from server.api.services.admin import Admin
from server.api.services.auditing import Auditing
from server.api.services.board import Boards
from server.api.services.break_glass import EmergencyAccesses
from server.api.services.bulk_export import BulkExports
from server.api.services.calls import Calls
from server.api.services.chat import Chat
from server.api.services.desk import Desk
from server.api.services.export_notes import ExportNotes
from server.api.services.identity import Identity
from server.api.services.invitations import Invitations
from server.api.services.kept_recordings import KeptRecordings
from server.api.services.line_check import LineChecks
from server.api.services.notifications import NotificationList
from server.api.services.partings import Partings
from server.api.services.presented_forms import PresentedForms
from server.api.services.proving import Proving
from server.api.services.pulling import Pulling
from server.api.services.refusals import Refusals
from server.api.services.report_copies import ReportCopies
from server.api.services.report_pictures import ReportPictures
from server.api.services.reporting import Reporting
from server.api.services.request_limits import RequestLimits
from server.api.services.rotas import Rotas
from server.api.services.service_lines import ServiceLineChoice
from server.api.services.shared_records import SharedRecords
from server.api.services.signed_in import SignedIn
from server.api.services.studies import Studies
from server.api.services.waiting import Waiting
from server.api.socket.hub import Hub
from server.domain.ports import Clock
from server.settings import Settings
from server.store.work import Store


@dataclass(frozen=True, slots=True)
class House:
    """What a route may ask for."""

    settings: Settings
    clock: Clock
    store: Store
    identity: Identity
    proving: Proving
    limits: RequestLimits
    refusals: Refusals
    signed_in: SignedIn
    emergency: EmergencyAccesses
    auditing: Auditing
    exports: ExportNotes
    admin: Admin
    desk: Desk
    pulling: Pulling
    board: Boards
    waiting: Waiting
    notifications: NotificationList
    rotas: Rotas
    service_lines: ServiceLineChoice
    studies: Studies
    reporting: Reporting
    calls: Calls
    invitations: Invitations
    partings: Partings
    recordings: KeptRecordings
    forms: PresentedForms
    pictures: ReportPictures
    report_copies: ReportCopies
    signing_terms: SigningTerms
    records: SharedRecords
    fhir: FhirResources
    fhir_searches: FhirSearches
    fhir_transactions: FhirTransactions
    bulk_exports: BulkExports
    chat: Chat
    line_checks: LineChecks
    hub: Hub
    storing: ImageStoring
    resuming: Resuming
    reading: ImageReading
    describing: Describing
    version: str
    leaving: Leaving
    hears: Callable[[], bool] | None = None
    """Whether the other processes of the site can be heard; None where there are none."""
