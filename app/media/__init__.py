"""The call: a media process of its own, and the link the window holds to it.

`messages`, `frames` and `link` are all the window imports; aiortc, PyAV and numpy load in the media
process only.
"""
