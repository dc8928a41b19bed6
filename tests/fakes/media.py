"""The media process as a use case sees it: what it was told."""

from app.media.link import MediaLink
from app.media.messages import Command


class Told(MediaLink):
    """A link whose process is never started; what it was told."""

    def __init__(self) -> None:
        super().__init__(on_event=lambda _: None, on_lost=lambda _code, _again: None)
        self.told: list[Command] = []

    def send(self, command: Command) -> None:
        self.told.append(command)
