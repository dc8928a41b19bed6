"""What can go wrong in the call's media.

MediaError
├── SourceUnavailableError  the camera, microphone or file cannot be opened
├── SourceEndedError        the source gave its last frame
├── NegotiationError        a description or candidate cannot be used
└── FrameMemoryError        shared picture memory is missing or of another layout
"""


class MediaError(Exception):
    """The root of the tree."""


class SourceUnavailableError(MediaError):
    """The camera, microphone or file cannot be opened: choose another."""


class SourceEndedError(MediaError):
    """The source gave its last frame."""


class NegotiationError(MediaError):
    """A session description or an ICE candidate cannot be used."""


class FrameMemoryError(MediaError):
    """Shared picture memory is gone, or was written by another version."""
