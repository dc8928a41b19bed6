"""Pages and clinical documents are read as their words; nothing they name is loaded."""

import pytest

from app.net.emr.document_text import text_of_clinical_document, text_of_page, text_of_plain

HL7 = 'xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
CODED = (
    '<entry><observation><code displayName="现病史"/><value xsi:type="ST">发热</value>'
    '</observation></entry><entry><observation><code displayName="体温"/>'
    '<value xsi:type="PQ" value="38.5" unit="Cel"/></observation></entry>'
)


def clinical(*sections: str) -> bytes:
    body = "".join(f"<component><section>{one}</section></component>" for one in sections)
    of = "<recordTarget><patientRole><patient><name>测试甲</name></patient></patientRole>"
    head = f"<title>出院小结</title>{of}</recordTarget>"
    whole = f"<ClinicalDocument {HL7}>{head}<component>{body}</component></ClinicalDocument>"
    return f'<?xml version="1.0" encoding="UTF-8"?>{whole}'.encode()


def test_a_page_is_read_line_by_line_without_what_it_would_run() -> None:
    page = (
        "<html><head><title>小结</title><style>p{}</style><script>x()</script></head><body>"
        "<h1>诊断</h1><p>肺炎 <b>重</b> 症<br>好转<img src='https://elsewhere.example/x'></p>"
        "<table><tr><td>体温</td><td>38.5</td></tr></table><!-- no --></body></html>"
    )
    lines = ["小结", "诊断", "肺炎 重 症", "好转", "体温\t38.5"]
    assert text_of_page(page.encode()).split("\n") == lines


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        ("<p>中文".encode(), ""),
        ("<p>中文".encode("gb18030"), ""),
        ("<meta charset=gbk><p>中文".encode("gbk"), "text/html"),
        ("<p>中文".encode("big5"), "text/html; charset=Big5"),
        ("<p>中文".encode(), "text/html; charset=nobody-knows"),
    ],
)
def test_the_characters_of_a_page_are_understood(data: bytes, content_type: str) -> None:
    assert text_of_page(data, content_type) == "中文"


def test_of_a_clinical_document_the_narrative_is_read_and_else_what_is_coded() -> None:
    told = (
        "<title>主诉</title><text><paragraph>咳嗽</paragraph><list><item>3 天</item></list></text>"
    )
    read = text_of_clinical_document(clinical(told + CODED, f"<code/><text/>{CODED}"))
    assert [one for one in read.split("\n") if one] == [
        *("出院小结", "测试甲", "主诉", "咳嗽", "3 天"),
        *("现病史: 发热", "体温: 38.5 Cel"),
    ]


def test_of_other_xml_all_words_are_read() -> None:
    assert text_of_clinical_document("<a><b>一</b>二</a>".encode()) == "一\n二"


def test_what_an_entity_stands_for_is_neither_unfolded_nor_fetched() -> None:
    heads = ('<!ENTITY b "&a;&a;&a;">', '<!ENTITY b SYSTEM "file:///etc/hostname">')
    for head in heads:
        declared = f'<!DOCTYPE a [<!ENTITY a "aaaa">{head}]>'
        raw = f"{declared}<a>&b;<c>词</c></a>".encode()
        assert text_of_clinical_document(raw).split("\n") == ["&b;", "词"]
        narrated = clinical("<text>前&b;后</text>").replace(b"?>", f"?>{declared}".encode())
        assert text_of_clinical_document(narrated).endswith("前&b;后")


@pytest.mark.parametrize("data", [b"", b"<a", b"<a>" * 100_000, b"<p></p>", b"\xff<p>"])
def test_what_is_damaged_or_says_nothing_is_told(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"not XML|no words"):
        text_of_clinical_document(data)


def test_a_page_without_words_is_told() -> None:
    for data in (b"", b"<script>x</script>"):
        with pytest.raises(ValueError, match=r"not a page|no words"):
            text_of_page(data)


def test_a_text_of_an_older_program_is_read() -> None:
    assert text_of_plain("\ufeff病历".encode()) == text_of_plain("病历".encode("gb18030")) == "病历"
    for data in (b"\xff\xff", b"a\0b"):
        with pytest.raises(ValueError, match=r"text|decode"):
            text_of_plain(data)
