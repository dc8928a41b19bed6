"""Images: out through the transfer process, and back for the viewer."""

import base64
import logging
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import assert_never
from uuid import UUID

from app.imaging.errors import UnreadableError
from app.ipc.errors import ChildNotRunningError
from app.net.api import Api
from app.net.trust import Pin
from app.services.facts import Facts
from app.services.troubles import raise_notice
from app.session.notices import Severity
from app.session.notices import Trouble as NoticeTrouble
from app.session.upload import (
    ImageStage,
    ImageUpload,
    ImportEnded,
    ImportProgressed,
    StudyUpload,
    UploadChanged,
    UploadRemoved,
)
from app.store.errors import StoreError
from app.store.sealed import Sealer
from app.transfer.link import TransferLink
from app.transfer.messages import (
    CancelImport,
    CancelUpload,
    Command,
    EndSession,
    Event,
    Fetch,
    FetchEnded,
    FetchFailed,
    Import,
    ImportProgress,
    InstanceArrived,
    NetworkBack,
    Open,
    Ready,
    SessionOver,
    StopFetching,
    StudyListed,
    Trouble,
    UploadState,
    UseSession,
)
from app.transfer.messages import ImportEnded as ImportDone

log = logging.getLogger(__name__)
