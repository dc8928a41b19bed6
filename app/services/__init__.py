"""Use cases, one a file: Qt-free coroutines that join net, transfer, media, store and session."""
