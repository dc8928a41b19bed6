"""Of thousands of messages those of one patient are found by their PID, none of them forgotten."""

import pytest

from app.net.emr.mentions import messages_naming
from tests.net.test_emr_hl7v2 import PID, message, oru

HERS = oru().encode()
CARD_ONLY = message("ADT^A01", pid="PID|1||QS-2026-0042^^^SYYY^MR").encode()
HIS = message("ADT^A08", pid="PID|1||QS-77^^^SYYY^MR||李^大山||19700101|M").encode()
NAMELESS = message("ADT^A08", pid="PID|1||||张^三").encode()
ALL = [HERS, HIS, CARD_ONLY, NAMELESS]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("何小溪", [HERS, CARD_ONLY]),
        ("Xiaoxi He", [HERS, CARD_ONLY]),
        ("qs-2026-0042", [HERS, CARD_ONLY]),
        ("11010519580402002X", [HERS, CARD_ONLY]),
        ("大山", [HIS]),
        ("张三", [NAMELESS]),
        ("nobody", []),
        (" - ", []),
        ("", []),
    ],
)
def test_all_messages_of_whom_the_words_name(words: str, found: list[bytes]) -> None:
    assert messages_naming(ALL, words) == found


def test_the_hospitals_characters_and_line_ends_do_not_matter() -> None:
    told = message("ADT^A08", pid=PID).replace("\r", "\n").encode("gb18030")
    assert messages_naming([told, b"noise", b"PID"], "何小溪") == [told]


def test_of_a_message_about_several_patients_only_the_group_of_who_was_meant_is_had() -> None:
    first, second = "PID|1||M1||王^小明", "PID|2||M2||李^四"
    told = message("ORU^R01", "OBX|1|NM|K||4.2", second, "OBX|1|NM|K||7.9", pid=first)
    (hers,), (his,) = (messages_naming([told.encode()], one) for one in ("王小明", "李四"))
    assert hers.decode() == message("ORU^R01", "OBX|1|NM|K||4.2", pid=first)
    assert his.decode() == message("ORU^R01", "OBX|1|NM|K||7.9", pid=second)
