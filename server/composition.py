"""Builds every object of the server once and runs it."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from protocol.base import new_id
from server.api.application import Http, rest_application
from server.api.border import Border
from server.api.dicomweb.described import Describing
from server.api.dicomweb.reading import ImageReading
from server.api.dicomweb.resuming import Resuming
from server.api.dicomweb.storing import ImageStoring
from server.api.fhir.resources import FhirResources
from server.api.fhir.searching import FhirSearches
from server.api.fhir.transactions import FhirTransactions
from server.api.house import House
from server.api.leaving import Leaving
from server.api.listening import (
    SWITCH_S,
    Port,
    Ready,
    SystemClock,
    configure_logging,
    ended,
    program_version,
)
from server.api.mesh.heard import HeardFacts
from server.api.mesh.mesh import Mesh
from server.api.mesh.place import Place, leave
from server.api.mesh.switchboard import Switchboard
from server.api.metrics import Metrics
from server.api.origins import Origins
from server.api.services.acting import Acting
from server.api.services.admin import Admin
from server.api.services.arrivals import Arrivals
from server.api.services.auditing import Auditing
from server.api.services.backoff import Backoff, guess_key
from server.api.services.backup_following import backup_following
from server.api.services.behind import CasesBehind
from server.api.services.board import Boards
from server.api.services.break_glass import EmergencyAccesses
from server.api.services.bulk_export import BulkExports, BulkTerms
from server.api.services.call_homes import Homes
from server.api.services.calls import Calls
from server.api.services.channels import channels_of
from server.api.services.chat import Chat
from server.api.services.desk import Desk
from server.api.services.directory import Directory
from server.api.services.duties import Duties
from server.api.services.eligibility import Eligibility
from server.api.services.export_notes import ExportNotes
from server.api.services.finding_alerts import FindingAlerts
from server.api.services.identity import Identity
from server.api.services.invitations import Invitations
from server.api.services.kept_recordings import KeptRecordings
from server.api.services.line_check import LineChecks
from server.api.services.mdts import Mdts
from server.api.services.meetings import Meetings
from server.api.services.notifications import NotificationList
from server.api.services.on_call import Delivery, OnCall
from server.api.services.partings import Partings
from server.api.services.passwords import Passwords
from server.api.services.presences import Presences
from server.api.services.presented_forms import PresentedForms
from server.api.services.priors import find_priors
from server.api.services.proving import Proving
from server.api.services.pulling import Pulling
from server.api.services.recording_wishes import RecordingWishes
from server.api.services.recordings import RecordingKeeper
from server.api.services.refusals import Refusals
from server.api.services.report_copies import ReportCopies
from server.api.services.report_pictures import ReportPictures
from server.api.services.reporting import Reporting
from server.api.services.ringing import Bell
from server.api.services.rotas import Rotas
from server.api.services.second_factor import SecondFactor
from server.api.services.second_opinions import SecondOpinions
from server.api.services.service_lines import ServiceLineChoice
from server.api.services.sfu_switch import SfuSwitch
from server.api.services.share_wishes import ShareWishes
from server.api.services.shared_records import SharedRecords
from server.api.services.signed_in import SignedIn
from server.api.services.studies import Studies
from server.api.services.telling import Telling
from server.api.services.timekeeper import Timekeeper
from server.api.services.tokens import Tokens, load_key
from server.api.services.waiting import Waiting
from server.api.site import (
    ice_of,
    limits_of,
    recording_terms,
    sfu_of,
    signing_terms_of,
    timings_of,
)
from server.api.socket.endpoint import SocketEndpoint
from server.api.socket.hub import Hub
from server.api.socket.wishes import CallWishes
from server.api.tls import server_identity
from server.backups import refuse_half_restored
from server.built import Built, background_of
from server.domain.devices import Devices
from server.domain.ports import Clock
from server.setting_values import make_folder
from server.settings import Settings
from server.signed_trail import evidence_of
from server.site import Site, site_of
from server.store.engine import migrate, open_engine
from server.store.factor_keys import FactorKeys
from server.store.following import FollowingBus
from server.store.object_choice import open_objects, ring_of
from server.store.partitions import make_ahead
from server.store.row_keys import RowKeys
from server.store.row_sealing import read_mark
from server.store.serving import serving
from server.store.shelf import Shelf
from server.store.work import Store


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Built]:
    """Migrates the store, builds every object, and closes the store at the end, when all of its
    audit trail is in the tree."""
    make_folder(settings)
    refuse_half_restored(settings)
    engine = open_engine(settings.database)
    await migrate(engine)
    clock, site = SystemClock(), site_of(settings)
    await make_ahead(engine, clock.now())
    keys = RowKeys(ring_of(settings), seals=settings.seal_rows)
    await read_mark(engine, keys)
    store = Store(engine, clock, site.bus, keys)
    try:
        built = build(settings, store, clock, site)
        try:
            yield built
        finally:
            await built.evidence.close()
    finally:
        await store.close()


def build(settings: Settings, store: Store, clock: Clock, site: Site) -> Built:
    """Every object, by constructor."""
    metrics = Metrics(clock)
    store.measured = metrics.unit
    hub = Hub(clock)
    site.bus.listen(hub.deliver)
    site.bus.listen(metrics.delivered)
    tokens = Tokens(load_key(settings.data_dir))
    passwords = Passwords(settings.password_memory_kib, settings.password_hashes_at_once)
    keys = FactorKeys(settings.data_dir)
    factor = SecondFactor(store, keys, settings.second_factor_roles, settings.name)
    devices = Devices(settings.devices_needed, bound=settings.devices_bound)
    guesses = guess_key(settings.data_dir)
    backoff = Backoff(guesses, "password")
    identity = Identity(store, clock, settings, passwords, tokens, hub, factor, devices, backoff)
    again = Backoff(guesses, "password again")
    proving = Proving(store, identity, passwords, again, settings.signing_ticket_s)
    telling = Telling(Directory(settings.service_lines), require_licence=settings.require_licence)
    acting = Acting(telling, timings_of(settings))
    telling.on_call = hub.on_call
    channels = channels_of(settings, clock)
    on_call = OnCall(telling, hub, channels)
    delays = tuple(timedelta(seconds=one) for one in settings.on_call_retries_s)
    delivery = Delivery(store, clock, on_call, telling, channels, delays)
    bell = Bell(acting, hub, on_call)
    arrivals = Arrivals(store, acting, bell)
    behind = CasesBehind(acting, bell)
    eligibility = Eligibility(store, clock, acting, bell, arrivals, hub)
    acting.following = (
        eligibility.resubmitted,
        SecondOpinions(acting, behind).follow,
        Mdts(acting, bell, behind).follow,
        FindingAlerts(on_call, hub).follow,
        bell.taken,
        *((find_priors,) if settings.earlier_studies else ()),
    )
    duties = Duties(store, clock, hub)
    objects = open_objects(settings)
    forms = PresentedForms(store, objects, acting)
    pictures = ReportPictures(store, objects, acting)
    terms = signing_terms_of(settings)
    reporting = Reporting(store, acting, forms, pictures, terms)
    pulling = Pulling(store, acting)
    ice = ice_of(settings)
    keeper = RecordingKeeper(recording_terms(settings))
    switch = SfuSwitch(sfu_of(settings))
    homes = Homes(site.me)
    calls = Calls(store, acting, ice, settings.seat_kept_s, switch, keeper, homes)
    chat = Chat(store, acting, calls)
    studies = Studies(store, objects, acting, settings.progress_interval)
    kept = timedelta(days=settings.facts_kept_days)
    recordings = KeptRecordings(store, clock, objects, acting)
    presences = Presences(store, clock, hub)
    partings = Partings(store, acting, calls)
    waiting = Waiting(store, clock, acting, hub)
    eligibility.on_people = partings.look_at_all
    acting.on_step = (presences.stepped, partings.stepped, waiting.stepped, arrivals.stepped)
    meetings = Meetings(acting, bell, clock.now())
    timekeeper = Timekeeper(
        store,
        clock,
        acting,
        bell,
        kept,
        recordings,
        presences,
        duties,
        on_call,
        meetings,
        waiting,
        eligibility,
    )
    telling.on_unanswered = arrivals.freed
    timekeeper.on_fired = metrics.fired
    hub.on_arrival = arrivals.came
    hub.on_strangers = arrivals.strangers
    storing = ImageStoring(store, objects, studies, settings.max_instance_bytes)
    refusals = Refusals(store, acting)
    house = House(
        settings=settings,
        clock=clock,
        store=store,
        identity=identity,
        proving=proving,
        limits=limits_of(settings),
        refusals=refusals,
        signed_in=SignedIn(store, identity, hub),
        auditing=Auditing(store, identity, settings.many_cases_an_hour),
        exports=ExportNotes(store),
        emergency=EmergencyAccesses(
            store, clock, acting, timedelta(seconds=settings.emergency_access_s), guesses
        ),
        admin=Admin(store, passwords, identity),
        desk=Desk(store, acting, bell, reporting, pulling),
        pulling=pulling,
        rotas=Rotas(store, telling.directory, duties, hub),
        board=Boards(store, acting, hub.presence_of),
        waiting=waiting,
        service_lines=ServiceLineChoice(store, telling.directory, arrivals, hub),
        notifications=NotificationList(store),
        studies=studies,
        reporting=reporting,
        calls=calls,
        line_checks=LineChecks(clock, ice),
        invitations=Invitations(store, clock, acting, tokens, settings, guesses),
        partings=partings,
        recordings=recordings,
        forms=forms,
        pictures=pictures,
        report_copies=ReportCopies(store, acting, objects, settings.public_url, guesses),
        signing_terms=terms,
        records=SharedRecords(store, objects, acting),
        fhir=FhirResources(store),
        fhir_searches=FhirSearches(store),
        fhir_transactions=FhirTransactions(store),
        bulk_exports=BulkExports(store, objects, clock, BulkTerms(settings.bulk_export)),
        chat=chat,
        hub=hub,
        storing=storing,
        resuming=Resuming(
            storing, clock, Shelf(settings.own(settings.data_dir / "pieces"), objects.ring)
        ),
        reading=ImageReading(store, objects, clock),
        describing=Describing(objects),
        version=program_version(),
        leaving=Leaving(),
        hears=None if site.voice is None else site.voice.heard,
    )
    shares = ShareWishes(calls, screens=settings.screen_sharing)
    wishes = CallWishes(calls, RecordingWishes(calls, keeper), shares, chat)
    switchboard = Switchboard(store, homes, wishes, hub, site.voice)
    mesh = None
    if isinstance(site.bus, FollowingBus):
        assert site.streams is not None
        assert site.voice is not None
        site.bus.listen_to_others(HeardFacts(identity, acting, presences, waiting, partings).heard)
        hub.others = site.voice
        homes.on_taken = switchboard.taken
        calls.ask_elsewhere = switchboard.ask
        partings.ask_others = site.voice.put_out
        mesh = Mesh(
            settings.process,
            timedelta(seconds=settings.process_gone_s),
            site.voice,
            site.streams,
            store,
            site.bus,
            hub,
            homes,
            calls,
            partings,
            presences,
            switchboard,
        )
    socket = SocketEndpoint(
        store,
        clock,
        identity,
        hub,
        calls,
        switchboard,
        presences,
        refusals,
        settings.socket_queue_messages,
    )
    metrics.calls.set_function(lambda: len(calls.running()))
    if mesh is not None:
        metrics.redis_up.set_function(lambda: float(mesh.redis_here))
        metrics.processes.set_function(lambda: 1 + mesh.others)
    origins = Origins(settings.web_origins, settings.public_url)
    http = Http(rest_application(house, house.version))
    border = Border(http, socket, origins, identity.names, metrics)
    evidence, stamps = evidence_of(settings, store, clock)
    return Built(
        house,
        border,
        timekeeper,
        arrivals,
        presences,
        duties,
        delivery,
        objects,
        mesh,
        metrics,
        evidence,
        stamps,
    )


def serve(settings: Settings, tell: Callable[[Ready], None]) -> None:
    """Serves until SIGTERM or SIGINT; raises `SettingsError` or `StoreError` before that."""
    configure_logging(settings.log_level)
    sys.setswitchinterval(SWITCH_S)
    make_folder(settings)
    roots, revoked = settings.device_roots, settings.device_revoked
    identity = replace(server_identity(settings), device_roots=roots, device_revoked=revoked)
    port = Port(settings, identity, tell)
    with serving(settings.database):
        port.run(_serve(settings, port))


@asynccontextmanager
async def _placed(settings: Settings, built: Built) -> AsyncIterator[None]:
    """Serves only beside processes that it gets on with; an SQLite file has a lock for that."""
    mesh, gone_after = built.mesh, timedelta(seconds=settings.process_gone_s)
    if mesh is not None:
        await Place(built.house.store, mesh.me, settings.process, gone_after).take()
        yield
        return
    if not settings.database.startswith("postgresql"):
        yield
        return
    store, me = built.house.store, new_id()
    place = Place(store, me, None, gone_after)
    await place.take()
    keeping = asyncio.create_task(place.keep())
    try:
        yield
    finally:
        await ended([keeping])
        await leave(store, me)


async def _serve(settings: Settings, port: Port) -> None:
    following = backup_following(settings, ring_of(settings), SystemClock())
    async with following as follower, opened(settings) as built, _placed(settings, built):
        metrics = built.metrics
        configure_logging(settings.log_level, metrics.logged)
        built.objects.clear_spool()
        built.house.resuming.sweep_shelf()
        if built.mesh is not None:
            await built.mesh.enter()
        await built.house.calls.restore()
        await built.presences.restore()
        await built.house.partings.look_at_all()
        await built.duties.follow()
        background = background_of(settings, built, follower)
        try:
            with metrics.listening(settings.metrics_host, settings.metrics_port):
                await port.serve(built.border, metrics, built.house.leaving, settings.drain_s)
        finally:
            if built.mesh is not None:
                built.mesh.end()
            await ended(background)
            await built.house.partings.close()
            if built.mesh is not None:
                await built.mesh.leave()
            await built.house.calls.close()
            await built.house.bulk_exports.close()
            await built.arrivals.close()
            await built.house.studies.close()
            await built.house.resuming.close()
            await built.house.limits.close()
            await asyncio.to_thread(built.house.storing.close)
