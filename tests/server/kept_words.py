"""What people at the client that may be killed write, what they were shown as kept, and whether it
lies on the disk when the program is started again."""

import json
import os
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from app.services.drafts import CaseDraft, ClaimRecord, Drafts, OpinionRecord
from app.store.sealed import Sealer
from protocol.consultation import CaseContent

KEY = bytes(range(32))
WRITTEN = ("高血压十年", "高血压十年，改写过一次")
READ = ("右下叶实性结节", "右下叶实性结节，边缘光滑")

MOMENTS = ("writing", "upload", "claim", "signing")


class Order(BaseModel):
    """`said` is what an earlier process had said to be kept; `files` is a folder of
    images, or None for a case without; at each of the `moments` a media process of the call that
    both are in is killed, `late` are images for an upload then. Who is to be `killed` waits for
    it in the end."""

    url: str
    ca: Path
    folder: Path
    files: Path | None = None
    doctor: str
    expert: str
    content: CaseContent
    said: dict[str, Any] = {}
    moments: tuple[str, ...] = ()
    late: Path | None = None
    killed: bool = False


def tell(name: str, value: object = True) -> None:
    """In one piece: a kill leaves no half line."""
    os.write(1, json.dumps({name: value}).encode() + b"\n")


class ToldDrafts(Drafts):
    """Says what lies sealed on the disk, and before it is taken away that it may not."""

    async def keep_case(self, draft: CaseDraft) -> None:
        await super().keep_case(draft)
        written = WRITTEN.index(draft.content.history)
        tell("draft lies", written)
        tell("written", written)

    async def keep_opinion(self, record: OpinionRecord) -> None:
        await super().keep_opinion(record)
        read = READ.index(record.opinion.findings)
        tell("opinion lies", read)
        tell("read", read)

    async def keep_claim(self, record: ClaimRecord) -> None:
        await super().keep_claim(record)
        tell("claim lies", record.claim_token)
        tell("claim", record.claim_token)

    async def forget_case(self, id_: UUID) -> None:
        tell("draft lies", None)
        await super().forget_case(id_)

    async def forget_opinion(self, id_: UUID) -> None:
        tell("opinion lies", None)
        await super().forget_opinion(id_)

    async def forget_claim(self, id_: UUID) -> None:
        tell("claim lies", None)
        await super().forget_claim(id_)


async def look_at_disk(order: Order) -> None:
    """What lay sealed lies there still, whatever the server has."""
    if (made := order.said.get("made")) is None:
        return
    id_, said = UUID(made), order.said
    of_doctor, of_expert = (
        Drafts(order.folder / name, Sealer(KEY)) for name in (order.doctor, order.expert)
    )
    if (written := said.get("draft lies")) is not None:
        draft = await of_doctor.case(id_)
        assert draft is not None, "the draft that lay here is gone"
        assert draft.content.history in WRITTEN[written:], "the draft that lay here is an older one"
    if (read := said.get("opinion lies")) is not None:
        record = await of_expert.opinion(id_)
        assert record is not None, "the opinion that lay here is gone"
        assert record.opinion.findings in READ[read:], "the opinion that lay here is an older one"
    if (token := said.get("claim lies")) is not None:
        claim = await of_expert.claim(id_)
        assert claim is not None, "the claim that lay here is gone"
        assert claim.claim_token == token, "the claim that lay here is another"
