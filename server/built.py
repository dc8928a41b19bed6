"""The server without its listener, and what goes on beside everybody's requests."""

import asyncio
from dataclasses import dataclass

from server.api.border import Border
from server.api.house import House
from server.api.mesh.mesh import Mesh
from server.api.metrics import Metrics
from server.api.services.arrivals import Arrivals
from server.api.services.backup_following import BackupFollowing
from server.api.services.duties import Duties
from server.api.services.evidence import Evidence
from server.api.services.head_stamps import HeadStamps
from server.api.services.on_call import Delivery
from server.api.services.presences import Presences
from server.api.services.row_sealing import RowSealing
from server.api.services.timekeeper import Timekeeper
from server.settings import Settings
from server.store.site_objects import SiteObjects


@dataclass(frozen=True, slots=True)
class Built:
    """The server without its listener."""

    house: House
    border: Border
    timekeeper: Timekeeper
    arrivals: Arrivals
    presences: Presences
    duties: Duties
    delivery: Delivery
    objects: SiteObjects
    mesh: Mesh | None
    metrics: Metrics
    evidence: Evidence
    head_stamps: HeadStamps | None


def background_of(
    settings: Settings, built: Built, follower: BackupFollowing | None
) -> list[asyncio.Task[None]]:
    """What goes on beside everybody's requests."""
    work = [
        built.timekeeper.run(),
        built.delivery.run(),
        built.house.hub.sweep(),
        built.evidence.run(),
        RowSealing(built.house.store).run(),
    ]
    if built.mesh is not None:
        work.append(built.mesh.run())
    if built.head_stamps is not None:
        work.append(built.head_stamps.run())
    if follower is not None:
        work.append(follower.run(built.objects))
    if settings.metrics_port is not None:
        work.append(built.metrics.run(built.house.store))
    return [asyncio.create_task(one) for one in work]
