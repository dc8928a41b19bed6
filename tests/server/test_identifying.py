"""Who somebody is, where and when: what tells it in a text, as hospitals write, and what not."""

import pytest

from server.domain.library import without_identity


@pytest.mark.parametrize(
    "told",
    [
        *("病理号 2024-1234", "CT号123456", "放射号：88123", "片号 88123", "超声号 U12345"),
        *("X线号 88123", "内镜号 E2024-15", "申请单号 556677", "标本号 556677", "生于68年3月"),
        *("文三路478号3幢201室", "DOB 12-Mar-68", "病理号2024-1234、2024-1235", "胃镜编号：G-331"),
        *("会诊号 H24-11", "护照 E12345678", "就诊卡 33011", "病人ID 5512", "ID: 44512"),
        *("尾号1234", "起搏器序列号 PM-12345", "浙A·12345", "QQ群 12345678", "邮编 310000"),
        *("DOB: Mar 12, 68", "DOB 12.03.68", "Born 12/Mar/68", "12Mar68", "12/Mar/1968"),
        *(
            "Mar-68",
            "born in '68",
            "68年出生",
            "生于六八年",
            "24年3月12日",
            "1968生",
            "2024.3-2024.5",
        ),
        *(
            "文三路 478 号 3 幢 201 室",
            "南京西路1600弄12号",
            "文三路四百号",
            "3幢2单元1203室",
            "和平街5号楼2单元301",
        ),
        *("12 High Street", "LS1 4AB", "3号病床", "12号床", "301病房", "Specimen ID: 24-S-1234"),
        *("Film no. 88123", "CT No: 12345", "Hosp. No: K123456", "Slide No. 24-1234"),
        *("S24-12345", "Ref: AB/1234", "MRN is 5512", "NHS No: 943 476 5919"),
        *("123-45-6789", "UID 1.2.840.113619.2.55.3", "https://pacs.example/s/12"),
        *("tel 021-12345678转8012", "Mob 07700 900123", "45YO", "45-y-o", "45 years of age"),
        *("forty-five-year-old", "45th birthday", "年龄：45"),
    ],
)
def test_what_a_hospital_numbers_by_and_where_one_lives_goes_whole(told: str) -> None:
    assert without_identity(f"昨日 {told} ，复诊", []) == "昨日 〔…〕 ，复诊"
    assert without_identity(f"Seen. {told}", []) == "Seen. 〔…〕"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("患者68年3月12日生，女", "患者〔…〕生，女"),
        ("68年3月12日生", "〔…〕生"),
        ("于24年3月12日行切除", "于〔…〕行切除"),
        ("自24年3月起咳嗽，23年12月体检发现", "自〔…〕起咳嗽，〔…〕体检发现"),
        ("24.3.12行CT，CT号：12", "〔…〕行CT，〔…〕"),
        ("病理（病理号：2024-1234）示腺癌", "病理（〔…〕）示腺癌"),
        ("放射号88123，片号88124", "〔…〕，〔…〕"),
        ("On 12 Mar 68, MRI; 12-Mar-2024, CT", "On 〔…〕, MRI; 〔…〕, CT"),
    ],
)
def test_of_a_sentence_only_what_tells_who_and_when_goes(told: str, kept: str) -> None:
    assert without_identity(told, []) == kept


@pytest.mark.parametrize(
    "told",
    [
        *("CT值 45", "CT值45HU", "病程3年", "68年前", "病史12年3月", "随访12年6月", "第3号切片"),
        *(
            "切片3张",
            "3号淋巴结阳性",
            "片号不清",
            "CT号未标注",
            "标本 3 份",
            "标本编号1~3",
            "信号 3",
            "MR信号45",
        ),
        *("型号 FR-12", "批号不详", "X线 2 张", "CT 64排", "12×8 mm", "8 x 6 x 5 cm"),
        *(
            "3-0可吸收线",
            "7号针",
            "12 床边超声",
            "病床边",
            "50张病床",
            "3座牙桥",
            "走路3公里",
            "通路3号口",
        ),
        *("上楼3层", "道路交通伤", "肾单元 3", "阿司匹林 100 mg qd", "头孢曲松 2 g", "60Gy/30F"),
        *(
            "第3周期第8天",
            "孕34周2天",
            "出生20天",
            "生于冬季",
            "生存期12年",
            "出生后28天",
            "年龄 18-45",
        ),
        *("18F-FDG PET/CT", "18F PSMA", "TR/TE 2000/12", "b=1000", "series 3 image 112"),
        *("no 3 mm nodule", "CT no 3 mm nodule", "lab no 120 g/L", "Unit: 1000 mL"),
        *("Lab: 12000 cells", "CT: 1200 HU", "Ref: 135-145", "male of 45 kg"),
        *("ID consult", "rs1234567", "NCT01234567", "ICD-10 C34.1", "CA19-9 45"),
        *("IL-6 45", "T2N1M0", "L5-S1", "EGFR L858R", "HER2 2+", "3/12 阳性", "10 mg prednisone"),
        *("WHO 2021", "c-Jun-12"),
    ],
)
def test_what_medicine_counts_and_measures_stays(told: str) -> None:
    text = f"昨日 {told} ，复诊 {told}. Then"
    assert without_identity(text, []) == text
