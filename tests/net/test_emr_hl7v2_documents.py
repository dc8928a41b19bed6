"""Documents in messages of HL7 v2 open like those of a FHIR server, in whatever they were sent."""

from base64 import b64encode

import pytest

from app.net.emr.clinical import Entry, Gap, Lack, Section
from app.net.emr.documents import DocumentKind, words_of
from app.net.emr.hl7v2 import read_messages
from app.net.emr.reading import clinical
from tests.net.test_emr_hl7v2 import message, only, oru, record

PDF = b"%PDF-1.4 a report"
PACKED = b64encode(PDF).decode()
JPEG = b"\xff\xd8\xff\xe0 a picture"


def carried(data: bytes, subtype: str = "PDF", status: str = "F", packed: str = "") -> str:
    said = packed or b64encode(data).decode()
    return f"OBX|1|ED|RPT^超声报告^L||US^AP^{subtype}^Base64^{said}||||||{status}"


def mdm(event: str, txa: str, *observations: str, **more: str) -> str:
    return message(f"MDM^{event}", f"TXA|1|{txa}", *observations, **more)


LETTER = "DS^出院小结|TX|202601040900||||||||D-7^HIS||||F.pdf|AU"

SECTIONS = "现病史\n咳嗽\n发热\n过敏\n无"
LATER = (("定稿", "20260104100000"), ("草稿||||||P", "20260104110000"))


def documents(*texts: str) -> tuple[Entry, ...]:
    return record(*texts).of(Section.DOCUMENTS)


def test_what_a_result_carries_opens_at_its_report() -> None:
    (report,) = record(oru(carried(PDF))).of(Section.REPORTS)
    (content,) = report.contents
    assert (report.title, content.kind, content.data) == ("血常规", DocumentKind.PDF, PDF)
    assert content.title == "超声报告"


@pytest.mark.parametrize(
    ("encoding", "said", "kind"),
    [
        ("Base64", b64encode(JPEG).decode(), DocumentKind.IMAGE),
        (
            "base64",
            "\\.br\\".join((b64encode(PDF).decode()[:8], b64encode(PDF).decode()[8:])),
            None,
        ),
        ("Hex", JPEG.hex().upper(), DocumentKind.IMAGE),
        ("A", "右肾结石", DocumentKind.TEXT),
        ("Base64", "no base64 at all!", DocumentKind.OTHER),
    ],
)
def test_it_is_read_in_the_encoding_it_names(
    encoding: str, said: str, kind: DocumentKind | None
) -> None:
    subtype = "TXT" if encoding == "A" else "PDF"
    told = oru(f"OBX|1|ED|RPT^报告^L||US^AP^{subtype}^{encoding}^{said}||||||F")
    (report,) = record(told).of(Section.REPORTS)
    (content,) = report.contents
    assert content.kind is (kind or DocumentKind.PDF)


@pytest.mark.parametrize(
    ("data", "subtype", "called"),
    [
        (b"II*\0\x08\0\0\0", "TIFF", "image/tiff"),
        (b"MM\0*\0\0\0\x08", "Octet-stream", "image/tiff"),
        (b"{\\rtf1\\ansi}", "RTF", "application/rtf"),
        (b"{\\rtf1\\ansi}", "TXT", "application/rtf"),
        (b"\xd0\xcf\x11\xe0\0\0\0\0", "Octet-stream", "application/octet-stream"),
    ],
)
def test_what_cannot_be_shown_is_called_what_it_is(data: bytes, subtype: str, called: str) -> None:
    (report,) = record(oru(carried(data, subtype))).of(Section.REPORTS)
    (content,) = report.contents
    assert (content.kind, content.content_type) == (DocumentKind.OTHER, called)


def test_one_sent_anew_takes_its_place_and_one_that_was_preliminary_does_not() -> None:
    first, second = carried(b"%PDF-1"), carried(b"%PDF-2", status="C")
    late = carried(b"%PDF-3", status="P")
    told = [
        oru(one, at=f"2026010410000{number}") for number, one in enumerate((first, second, late))
    ]
    (report,) = record(*told).of(Section.REPORTS)
    assert [one.data for one in report.contents] == [b"%PDF-2"]
    (gone,) = record(told[0], oru(carried(PDF, status="D"), at="20260104100009")).of(
        Section.REPORTS
    )
    assert gone.contents == ()


def test_several_under_one_name_are_all_there_and_each_is_sent_anew() -> None:
    two = oru(carried(b"%PDF-1"), carried(b"%PDF-2"))
    three = f"{carried(JPEG, 'JPEG').rpartition('||||||')[0]}~US^AP^PDF^Base64^{PACKED}||||||F"
    for told, pages in ((two, [b"%PDF-1", b"%PDF-2"]), (oru(three), [JPEG, PDF])):
        (report,) = record(told, told.replace("20260104100000", "20260104110000")).of(
            Section.REPORTS
        )
        assert [one.data for one in report.contents] == pages
    gone = only(two, oru("OBX|1|ED|RPT^超声报告^L||||||||D", at="20260104120000"))
    (report,) = clinical((gone.patient, *gone.resources)).of(Section.REPORTS)
    assert [one.data for one in report.contents] == [b"%PDF-2"]
    assert not [one for one in gone.gaps if one.why is Lack.UNREADABLE]


def test_one_of_several_that_comes_empty_moves_none_of_the_others() -> None:
    pages = [b64encode(one).decode() for one in (b"%PDF-1", b"%PDF-2", b"%PDF-3")]

    def told(*packed: str, at: str) -> str:
        values = "~".join(f"US^AP^PDF^Base64^{one}" for one in packed)
        return oru(f"OBX|1|ED|RPT^超声报告^L||{values}||||||F", at=at)

    first = told(*pages, at="20260104100000")
    anew = told(pages[0], "", pages[2], at="20260104110000")
    (report,) = record(first, anew).of(Section.REPORTS)
    assert [one.data for one in report.contents] == [b"%PDF-1", b"%PDF-2", b"%PDF-3"]


def test_several_outside_a_report_are_one_document() -> None:
    (document,) = documents(message("ORU^R01", carried(b"%PDF-1"), carried(b"%PDF-2")))
    assert [one.data for one in document.contents] == [b"%PDF-1", b"%PDF-2"]


def test_a_pointer_says_where_it_lies() -> None:
    told = oru("OBX|1|RP|RPT^报告^L||https://pacs.example/7^PACS^AP^PDF||||||F")
    (report,) = record(told).of(Section.REPORTS)
    (content,) = report.contents
    assert (content.kind, content.url) == (DocumentKind.ELSEWHERE, "https://pacs.example/7")


def test_a_letter_is_a_document_with_its_words_and_its_pages() -> None:
    lines = ("OBX|1|TX|||一般情况好。", "OBX|2|TX|||一周后复查。")
    (letter,) = documents(mdm("T02", LETTER, *lines, carried(PDF)))
    assert (letter.title, letter.at[:10]) == ("出院小结", "2026-01-04")
    words, pages = letter.contents
    assert words_of(words) == "一般情况好。\n一周后复查。"
    assert pages.data == PDF


def test_a_letter_that_is_replaced_or_taken_back_does_not_stand() -> None:
    first = mdm("T02", LETTER, carried(PDF))
    anew = LETTER.replace("D-7^HIS|", "D-8^HIS|D-7^HIS")
    both = documents(first, mdm("T10", anew, carried(JPEG, "JPEG"), at="20260104110000"))
    assert [(one.active, one.contents[0].data) for one in both] == [(True, JPEG), (False, PDF)]
    assert documents(first, mdm("T11", LETTER, at="20260104110000")) == ()


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (("TX|||青霉素过敏||||||F", "TX|||青霉素不过敏||||||D"), "青霉素过敏"),
        (("TX|||旧||||||X", "TX|||新||||||F"), "新"),
        (("TX|||一||||||F", "TX|||二||||||P", "ST|||三||||||P"), "一\n二\n三"),
        (
            ("TX|1^现病史||咳嗽", "TX|1^现病史||发热", "TX|2^过敏||无"),
            "现病史\n咳嗽\n发热\n过敏\n无",
        ),
        (("TX|DS^出院小结||好转", "TX|DS^出院小结||出院"), "好转\n出院"),
    ],
)
def test_each_line_of_a_letter_has_a_status_and_a_heading(
    lines: tuple[str, ...], words: str
) -> None:
    (letter,) = documents(mdm("T02", LETTER, *(f"OBX|1|{one}" for one in lines)))
    assert words_of(letter.contents[0]) == words


def test_lines_that_are_preliminary_do_not_take_the_place_of_final_ones() -> None:
    said = [mdm("T02", LETTER, f"OBX|1|TX|||{one}", at=at) for one, at in LATER]
    (letter,) = documents(*said)
    assert [words_of(one) for one in letter.contents] == ["定稿"]


def test_a_letter_of_which_only_a_line_is_taken_back_is_told_to_say_nothing() -> None:
    first = mdm("T02", LETTER, "OBX|1|TX|||青霉素过敏", "OBX|2|TX|||停用阿司匹林")
    anew = mdm("T08", LETTER, "OBX|2|TX|||||||||D", at="20260104110000")
    gone = only(first, anew)
    (letter,) = clinical((gone.patient, *gone.resources)).of(Section.DOCUMENTS)
    assert letter.contents == ()
    assert [one.number for one in gone.gaps if one.why is Lack.UNREADABLE] == [1]
    assert not [one for one in only(first).gaps if one.why is Lack.UNREADABLE]


@pytest.mark.parametrize("number", ["D-8^HIS", ""])
def test_two_letters_of_one_message_say_each_their_own(number: str) -> None:
    second = ("TXA|2|" + LETTER.replace("D-7^HIS", number), "OBX|1|TX|||二")
    first = LETTER if number else LETTER.replace("D-7^HIS", "")
    found = documents(mdm("T02", first, "OBX|1|TX|||一", *second))
    assert sorted(words_of(one.contents[0]) for one in found) == ["一", "二"]


def test_an_edited_letter_says_what_it_says_now_and_an_addendum_stands_beside() -> None:
    first = mdm("T02", LETTER, "OBX|1|TX|||停用阿司匹林")
    (edited,) = documents(first, mdm("T08", LETTER, carried(PDF), at="20260104110000"))
    assert [one.data for one in edited.contents] == [PDF]
    (named,) = documents(first, mdm("T08", LETTER, at="20260104110000"))
    assert words_of(named.contents[0]) == "停用阿司匹林"
    beside = (f"TXA|2|{LETTER.replace('D-7', 'D-9')}", "OBX|1|TX|||另一份")
    found = documents(first, mdm("T08", LETTER, *beside, at="20260104110000"))
    assert {words_of(one.contents[0]) for one in found} == {"停用阿司匹林", "另一份"}
    (both,) = documents(first, mdm("T06", LETTER, "OBX|1|TX|||补充", at="20260104110000"))
    assert [words_of(one) for one in both.contents] == ["停用阿司匹林", "补充"]


@pytest.mark.parametrize(
    ("ends", "status"),
    [("AU||AV", "final"), ("DO", "preliminary"), ("", "current"), ("AU||OB", "superseded")],
)
def test_how_far_a_letter_is_stands_in_it(ends: str, status: str) -> None:
    (letter,) = documents(mdm("T02", LETTER.removesuffix("AU") + ends, carried(PDF)))
    assert letter.code == status


def test_a_letter_that_is_said_to_be_deleted_does_not_stand() -> None:
    first = mdm("T02", LETTER, carried(PDF))
    assert documents(first, mdm("T04", f"{LETTER}||CA", at="20260104110000")) == ()


def test_what_carries_nothing_is_counted() -> None:
    told = only(oru("OBX|1|ED|PDF^报告||^application^pdf^Base64^||||||F"))
    assert told.gaps[0] == Gap("", Lack.UNREADABLE, number=1)


@pytest.mark.parametrize("turned", [False, True])
def test_each_message_of_a_file_is_read_in_the_characters_it_names(turned: bool) -> None:
    utf = message("ADT^A08").replace("何^小溪~", "联^通~").encode()
    gb = message("ADT^A08", pid="PID|1||7^^^SYYY^MR||联^通||19580402|F")
    named = gb.replace("UNICODE UTF-8", "GB 18030-2000").encode("gb18030")
    parts = [named, utf] if turned else [utf, named]
    found = read_messages([b"\n".join(parts)])
    assert found.others == 0
    for one in found.patients:
        assert one.patient["name"][0]["family"] == "联"


def test_what_names_latin_letters_is_read_so() -> None:
    said = message("ADT^A08", pid="PID|1||7^^^SYYY^MR||Müller^Anna||19580402|F")
    raw = said.replace("UNICODE UTF-8", "8859/1").encode("latin-1")
    (found,) = read_messages([raw]).patients
    assert found.patient["name"][0]["family"] == "Müller"
