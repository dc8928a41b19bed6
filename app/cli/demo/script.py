"""What is said and written in the demonstration: invented people, an invented case."""

from pathlib import Path

from app.cli.demo.identity import PatientIdentity
from protocol.base import Message

PATIENT = PatientIdentity(
    name="Zhao^Mingyuan=赵^明远", patient_id="QS20260117", sex="M", birth_date="19610304"
)
CLINIC_NAME = "青石镇中心卫生院"
HOSPITAL_NAME = "省立医院影像中心"
AUTHORITY_NAME = "演示电子认证"
DOCTOR_NAME = "王秀兰"
EXPERT_NAME = "李文博"
DEPARTMENT = "放射科"

QUESTION = "右肺上叶结节的性质？肝脏低密度灶是否需要进一步检查？"
REASON = "体检发现肺结节，要求影像会诊"
HISTORY = "男，65 岁，咳嗽三周，无发热、咯血。吸烟 30 年，每日一包。既往高血压，口服氨氯地平。"
CLINIC_FINDINGS = "双肺呼吸音粗，未闻及啰音。"
ALLERGIES = "青霉素"
CODES = "R91"

GREETING = "图像已收到，请稍候，我先看一下薄层。"
FINDINGS = (
    "右肺上叶见实性结节，边缘光整，未见胸膜牵拉。双肺纹理清晰，气管通畅。"
    "肝右叶见类圆形低密度灶，边界清。所见骨质未见破坏。"
)
IMPRESSION = "1. 右肺上叶结节，良性可能大。\n2. 肝右叶低密度灶，囊肿可能。"
RECOMMENDATION = (
    "现在：无需急诊处理。\n今晚：照常观察。\n三个月后复查胸部低剂量 CT；肝脏建议超声复查。"
)
REPORT_CODES = "R91, K76.8"
NOTE = "同意专家意见，三个月后复查。"
SEARCH = "R91"


class Plan(Message):
    """What a client of the demonstration is told by its director (a JSON file)."""

    role: str
    server: str
    fingerprint: str
    username: str
    password: str
    study: Path
    out: Path
    auto: bool
    language: str
    theme: str
    certificate: Path | None = None
    """The expert's, a PKCS#12 file."""
    passphrase: str = ""
