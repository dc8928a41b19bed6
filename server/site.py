"""How the processes of a site are joined: by Redis where one is set, else each is alone."""

from dataclasses import dataclass
from uuid import UUID

from protocol.base import new_id
from server.api.mesh.voice import Voice
from server.settings import Settings
from server.store.bus import LocalBus
from server.store.following import FollowingBus
from server.store.streams import Streams


@dataclass(frozen=True, slots=True)
class Site:
    """How the processes of a site hear of one another; a process alone has no `voice`."""

    bus: LocalBus | FollowingBus
    streams: Streams | None = None
    voice: Voice | None = None

    @property
    def me(self) -> UUID | None:
        return None if self.voice is None else self.voice.me


def site_of(settings: Settings) -> Site:
    if settings.redis_url is None:
        return Site(LocalBus())
    me = new_id()
    streams = Streams(settings.redis_url, me)
    voice = Voice(me, streams)
    return Site(FollowingBus(voice.facts, voice.heard), streams, voice)
