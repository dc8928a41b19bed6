"""What can go wrong in the call's media.

MediaError
├── SourceUnavailableError  the camera, microphone or file cannot be opened
├── SourceEndedError        the source gave its last frame
├── NegotiationError        a description or candidate cannot be used
├── MalformedPictureError   an encoded picture's header cannot be read
├── FrameMemoryError        shared picture memory is missing or of another layout
├── NoRoomError             the disk is full: nothing of a recording can be kept any more
└── NotKeptError            the disk refuses what is to be kept of a recording
"""


class MediaError(Exception):
    """The root of the tree."""


class SourceUnavailableError(MediaError):
    """The camera, microphone or file cannot be opened: choose another."""


class SourceEndedError(MediaError):
    """The source gave its last frame."""


class NegotiationError(MediaError):
    """A session description or an ICE candidate cannot be used."""


class MalformedPictureError(MediaError):
    """The header of an encoded picture cannot be read."""


class FrameMemoryError(MediaError):
    """Shared picture memory is gone, or was written by another version."""


class NoRoomError(MediaError):
    """There is no room on the disk for a piece of a recording."""


class NotKeptError(MediaError):
    """A piece of a recording cannot be written."""
