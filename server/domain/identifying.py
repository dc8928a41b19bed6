"""What tells in a text who somebody is and when, besides names: patterns, Chinese and English."""

import re

_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_WAYS = "|".join(
    rf"{said}|{said[:4]}\.?|{said[:3]}\.?" for name in _MONTHS for said in (name, name.upper())
)
_MONTH = f"(?:{_WAYS})"
"""As months are written, with capitals: march and may are words."""
_NO_UNIT = r"(?!\s?(?:mg|g|ml|mL|ug|IU|U|mm|cm|kg|%|°|x|degrees)\b|\s?[%°/])"
_NO_AMOUNT = (
    r"(?!\s?(?:[mkM]?I?U|[mk]?iu|u|[Uu]nits?|copies|cells|CFU|cfu|[kMG]?Bq)(?![A-Za-z])"
    r"|\s?[万亿]?(?:国际)?(?:单位|拷贝)|\s?个?\s?/\s?(?:[uµμmd]?[lL]|kg|[Hh][Pp]|高倍|小时|日|天|次))"
)
"""Doses and counts have as many digits as numbers of records: 8000000 U, 12000000/L."""
_NO_SPAN = (
    r"(?![\s-]*(?i:survival|follow|f/?u\b|os\b|[depr]fs\b|mortality|risk|recurrence|rates?\b|"
    r"interval|histor|ago\b|later|prior|post|after|before|outcome|prognosis|course|duration|event)"
    r"|\s?(?:总|无病|无进展|无复发)?(?:生存|存活|随访|复发|死亡|病死|病史|后|前|以上|以来))"
)
_BEFORE_SPAN = "for after over within every last past 随访 术后 病史 病程 近".split()
_IN_NO_SPAN = "".join(rf"(?<!{one} )(?<!{one})" for one in _BEFORE_SPAN)
"""Years that are a span of time and nobody's age: 5y survival, for 5 y, 随访5y."""
_YEAR = r"(?:19|20)\d{2}"
_NO_WEIGHT = r"(?!\s?(?:[km]?g|克|mL|ml)(?![A-Za-z]))"
"""Born 2010 g is no year."""
_BIRTH_ENDS = r"(?:出生|生人|生(?=[，,。；;、）)\s]|$))"
_ONE = r"[A-Za-z]{0,6}[-\s]?\d[A-Za-z0-9-]*(?:/\d[A-Za-z0-9-]*)?"
"""The number of something: 2024-1234, U12345, CT-55, 24/1234."""
_TOLD = r"\s*(?:为|是)?\s*[:：#]?\s*[（(]?"
_KEPT_UNDER = (
    r"(?:住院|门诊|急诊|留观|就诊|挂号|预约|排队|诊疗|健康|体检|病案|病历|档案|病人|患者|检查|影像|图像|登记|"
    r"医保|社保|条形?|流水|护照|身份|军官|驾驶|病理|细胞|冰冻|免疫组化|蜡块|切片|标本|样本|检验|化验|血库|血袋|放射|"
    r"核医学|钼靶|胶?片|[XＸx]\s?[线光]|(?:PET[-/]?)?CT|PET|MRI?|DR|CR|DSA|ECT|B超|彩超|超声|心超|"
    r"[胃肠内支气管膀胱喉宫腔腹]{1,4}镜|(?:心|脑|肌)电图?|申请|报告|医嘱|处方|手术|会诊|转诊|发票|职?工)"
)
"""What hospitals number, and people by it."""
_IMPLANTED = r"(?:器械|设备|起搏器|支架|假体|植入物|产品)"
_HOUSE = (
    r"(?:\s*(?:\d{1,5}\s*(?:号楼|号院|号|支?弄|[幢栋座室层楼]|单元)"
    r"|\d{3,4}(?![\d.])(?!\s?[a-zA-Z%]))){0,5}"
)
"""After a road and its number: 3幢201室."""
_EXTENSION = r"(?:\s?(?:转|ext\.?|x)\s?\d{1,6}(?!\d))?"
_NO_THING = r"(?!\s?(?:导|管|针|线|位|床|刀|切片|标本|染色|引流|血管))"
_SINCE = r"(?<=[于自在从至到因])"
_NO_COURSE = "".join(
    f"(?<!{one})" for one in "病程 病史 随访 历时 年龄 长达 已有 约 近 逾 达 共 史".split()
)
_DONE = (
    r"\s?(?:[行因在于起查拟经]|出现|发现|复查|确诊|诊断|手术|化疗|放疗|入院|出院|就诊|住院|体检|"
    r"外院|我院|当地|CT|MR|PET)"
)
"""24年3月行手术 says when, 病史24年3月 how long."""
_BORN_ON = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?[\s./-]*(?:of\s+)?(?i:{_MONTH})[\s,./-]*['’]?\d{{2,4}}"
    rf"|(?i:{_MONTH})[\s./-]*(?:\d{{1,2}}(?:st|nd|rd|th)?[\s,./-]+)?['’]?\d{{2,4}}"
    r"|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{6}|\d{8}|['’]\d{2})(?!\d)"
)
"""A day or month of birth, where a word says that it is one."""
_ALONE, _ENDS = r"(?<!\d)(?<!\d[./-])", r"(?!\d|[./-]\d)"
"""Of numbers: what ends a sentence, or begins a line, is no part of one."""
IDENTIFYING = tuple(
    re.compile(pattern)
    for pattern in (
        (
            r"(?<![A-Za-z])(?i:path(?:ology)?|specimen|sample|slide|film|x-?ray|CT|MRI?|lab|order|"
            r"bar\s?code|episode|visit|encounter|passport|study|exam(?:ination)?|request|referral|"
            r"account|insurance|licen[cs]e|member|serial|pt|UHID|unit|acc|hosp|reg(?:istration)?|"
            r"ref(?:erence)?|[OI]PD?|URN?)\.?\s*(?:(?i:no|number|id|nr)\b\.?\s*[:=#]?|#)"
            rf"\s*(?=[A-Za-z\d-]*\d{{3}})[A-Za-z]{{0,4}}-?\d[A-Za-z\d/-]*(?![A-Za-z\d/-]){_NO_UNIT}"
        ),
        r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}",  # e-mail
        r"(?<!\d)(?:\d\s?){17}[\dXx](?!\d)",  # 居民身份证号
        (
            r"(?:住院|门诊|急诊|就诊|病案|病历|病床|床|检查|影像|登记|医保|社保|合作医疗)(?:卡|证)?号"
            r"(?:码|为|是)?\s*[:：]?\s*[A-Za-z0-9][A-Za-z0-9-]*"
        ),
        (
            rf"{_KEPT_UNDER}(?:[单卡证本码]|首页)?\s?(?:编号|序号|号码|号|码|ID){_TOLD}{_ONE}"
            r"(?![A-Za-z0-9~～-])(?:\s?[、和及]\s?(?=[A-Z\d-]{4})[A-Z]{0,4}\d+(?:-\d+)*(?![\d.])){0,9}"
        ),
        rf"(?:{_IMPLANTED}(?:序列号|编号|SN){_TOLD}|S/N\s*[:：#]\s*){_ONE}",
        rf"(?:(?:就诊|诊疗|健康|医保|社保|市民)卡|护照|军官证|驾驶证){_TOLD}[A-Za-z]{{0,4}}\d{{3,}}[A-Za-z0-9-]*",
        rf"(?<![A-Za-z])(?:ID|Id)(?:号码?{_TOLD}|\s*[:：#]\s*)(?=[A-Za-z-]*\d[\dA-Za-z-]{{2}}){_ONE}",
        rf"(?:尾号|[后末][四六46]位){_TOLD}\d{{3,6}}[Xx]?(?!\d)",
        rf"邮(?:政编码|编){_TOLD}\d{{6}}(?!\d)",
        (
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼](?!CT|MR|DR|PE)[A-Z]\s?[·-]?\s?"
            r"(?=[A-Z]{0,2}\d)[A-Z0-9]{5,6}(?![A-Za-z0-9])"
        ),  # plates
        r"UID\s*[:=]?\s*[0-2](?:\.\d+){4,}|(?<![\d.])(?:1\.[23](?:\.\d+){5,}|2\.25\.\d{10,})",
        r"https?://[^\s，。；、）〕]+",
        r"(?:微信|钉钉|支付宝|[Qq]{2}|[Ww]e[Cc]hat)(?:号码|号|群)?\s*[:：]?\s*[A-Za-z0-9][A-Za-z0-9_-]{4,}",
        (
            rf"(?<![A-Za-z])(?:(?i:[dy]\.?o\.?b|birth\s?(?:date|day)|(?:date|day) of birth)\b\.?"
            rf"|(?i:born)\b|b\.)\s*(?i:is|was|in|on)?\s*[:=,]?\s*{_BORN_ON}"
        ),
        (
            r"(?:出生|生于|诞生|生日)(?:于|在|日期|时间|年份|年月|年)?(?:是|为)?\s*[:：]?\s*['’]?"
            r"(?:(?<!\d)\d{2}\s*年(?!\s*[前后来余多以内])|[〇○零一二三四五六七八九]{2}年)"
            r"(?:\s*[\d一二三四五六七八九十]{1,2}\s*月(?:份|\s*[\d一二三四五六七八九十]{1,3}\s*[日号])?)?"
        ),
        rf"(?<!\d)\d{{2}}\s*年(?:\s*\d{{1,2}}\s*月(?:份)?)?\s*{_BIRTH_ENDS}",
        r"(?<![\d.])\d{2}[./-]\d{1,2}(?:[./-]\d{1,2})?\s?(?=出生|生人)",
        r"(?<![\d.])\d{2}[./-]\d{1,2}[./-]\d{1,2}\s?(?=生)",
        r"(?<!\d)\d{2}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*[日号]",
        (
            r"(?<![〇○零一二三四五六七八九十百])[〇○零一二三四五六七八九]{2}年[一二三四五六七八九十]{1,2}月"
            r"(?:[一二三四五六七八九十]{1,3}[日号])?"
        ),
        rf"{_SINCE}\s?(?:[019]\d|2\d)\s?年\s?(?:1[0-2]|0?[1-9])\s?月(?!\s?[余前后来多以龄])",
        rf"{_NO_COURSE}(?<!\d)(?:[09]\d|[12]\d)\s?年\s?(?:1[0-2]|0?[1-9])\s?月份?(?={_DONE})",
        rf"(?<!\d){_YEAR}[./]\d{{1,2}}\s?[-–—~～至到]\s?{_YEAR}[./]\d{{1,2}}(?![\d./])",
        rf"(?<![\d.])[12]\d\.(?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12]\d|3[01])(?!\d)(?={_DONE})",
        r"(?<!\d)\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?(?!\d)",  # dates
        r"(?<!\d)(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?!\d)",
        (
            r"(?<!\d)(?<!\d[/-])\d{2}(?:/(?:0?[1-9]|1[0-2])/|-(?:0?[1-9]|1[0-2])-)"
            r"(?:0?[1-9]|[12]\d|3[01])(?!\d|[/-]\d)"
        ),
        (
            r"[〇○零一二三四五六七八九]{4}年(?:[一二三四五六七八九十]{1,2}月)?"
            r"(?:[一二三四五六七八九十]{1,3}[日号])?"
        ),
        r"[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]",
        r"(?<!\d)(?:\d{1,2})\s*月\s*\d{1,2}\s*[日号]",
        r"(?<!\d)(?:19|20)\d{2}\s*年(?:\s*\d{1,2}\s*月)?",
        rf"(?:出生|生于|诞生)(?:于|在|日期|时间|年份|年月|年)?\s*(?:是|为)?\s*[:：]?\s*{_YEAR}(?:[./-]\d{{1,2}})?{_ENDS}{_NO_WEIGHT}",
        rf"(?<!\d){_YEAR}\s*{_BIRTH_ENDS}",
        (
            rf"(?<![A-Za-z])(?:(?i:born)\s*(?:(?i:in|on)\b)?(?:\s+the\s+year)?|b\.)\s*[:,]?\s*"
            rf"{_YEAR}{_ENDS}{_NO_WEIGHT}"
        ),
        (
            r"(?<![A-Za-z])"
            r"(?i:[dy]\.?o\.?b|birth\s?(?:date|day|year)|(?:date|year|day) of birth)"
            rf"\b\.?\s*(?:is|was|in)?\s*[:=]?\s*(?:{_YEAR}|['’]?\d{{2}}){_ENDS}"
        ),
        rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?[\s.-]*(?:of\s+)?{_MONTH}[\s,.-]*\d{{4}}(?!\d)",
        rf"(?<![\d.])\d{{1,2}}[-/.]?{_MONTH}[-/.]?['’]?\d{{2}}(?![\w%])",  # 12-Mar-68
        rf"(?<![\d.])\d{{1,2}}\s{_MONTH},?\s['’]?\d{{2}}(?=\s*(?:[,.;:)，。；、）]|$))",
        rf"(?<![A-Za-z]){_MONTH}\s\d{{1,2}},\s?['’]?\d{{2}}(?=\s*(?:[,.;:)，。；、）]|$))",
        rf"(?<![A-Za-z-]){_MONTH}[-/]['’]?\d{{2}}(?![\w-])",
        rf"(?<![\d.])(?:0?[1-9]|[12]\d|3[01])[-/]{_MONTH}(?:[-/]\d{{4}})?(?![-\w])",
        rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?![-\w]|\s+[a-z])",
        rf"(?<![A-Za-z]){_MONTH}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?(?![A-Za-z\d]){_NO_UNIT}",
        rf"(?<![A-Za-z]){_MONTH},?\s+(?:\d{{4}}|['’]\d{{2}})(?![A-Za-z\d])",
        rf"{_ALONE}\d{{1,2}}([/.-])\d{{1,2}}\1{_YEAR}{_ENDS}",  # day or month first
        r"(?<!\d)(?<!\d/)\d{1,2}/\d{1,2}/\d{2}(?!\d|/\d)",
        (
            rf"{_ALONE}(?<!TE )(?<!TE=){_YEAR}[./-](?:0[1-9]|1[0-2]){_ENDS}"
            r"(?!\s?(?:mm|cm|ml|mL|HU|U|%))"
        ),
        r"\+\d{1,3}(?:[\s-]?\(?\d{1,4}\)?){2,5}(?!\d)",  # telephones with a country
        r"(?<![A-Za-z])(?i:NHS)\s*(?:(?i:no|number)\b\.?)?\s*[:=]?\s*\d{3}[\s-]\d{3}[\s-]\d{4}(?!\d)",
        (
            r"(?<![A-Za-z])(?i:MRN?|NHS|SSN|PID|accession|hospital|medical record|record|case|"
            r"chart|patient|bed|room|ward)\s*(?:(?i:no|number|id|nr)\b\.?\s*[:=#]?|#)"
            r"\s*[A-Za-z]{0,4}[-\s]?\d[\w-]*"
        ),
        r"(?<![A-Za-z])(?i:ref(?:erence)?)\s*:\s*(?:[A-Z]{1,4}[/-]?)?(?:\d{5,}|(?<=[/-])\d{3,})(?![\w.-])",
        r"(?<![A-Za-z])(?i:passport|UHID|CHI|URN?|barcode)\s*[:=]?\s*[A-Z]{0,3}\d{5,}(?!\w)",
        r"(?<![A-Za-z\d-])[A-Z]{1,2}\d{2}-\d{4,6}(?![\d-])",  # of pathologists: S24-12345
        r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])",  # SSN
        (
            r"(?<![A-Za-z])(?i:MRN|NHS|SSN|PID|accession|medical record)"
            r"\s*(?:[:=]|is\b|was\b)?\s*[A-Za-z]{0,4}-?\d[\w-]*"
        ),
        r"(?<![A-Za-z])(?i:tel|telephone|phone|fax|mob|mobile|contact|call)\.?\s*[:：]?\s*\+?[\d(][\d\s()-]{5,}\d"
        + _EXTENSION,
        rf"(?<![A-Za-z])(?i:bed|room|ward)\s+[A-Za-z]?-?\d{{1,4}}[A-Za-z]?(?!\w|\.\d){_NO_UNIT}",
        r"(?<!\d)(?:\+?86[-\s]?)?1[3-9]\d(?:[-\s]?\d{4}){2}(?!\d)" + _NO_AMOUNT,  # mobile
        r"(?<!\d)(?<!\d\.)(?:\(0\d{2,3}\)\s?|0\d{2,3}[-\s])\d{3,4}[-\s]?\d{4}(?!\d)"
        + _NO_AMOUNT,  # landline
        rf"{_ALONE}(?:1[-.\s])?(?:\(\d{{3}}\)\s?|\d{{3}}-)\d{{3}}-\d{{4}}(?!\d|-\d)",
        rf"{_ALONE}(?:1\.)?\d{{3}}\.\d{{3}}\.\d{{4}}{_ENDS}",
        r"(?<!\d)[48]00[-\s]\d{3,4}[-\s]\d{3,4}(?!\d)",
        r"(?:电话|手机|联系方式|传真|座机)(?:号码|号)?\s*[:：]?\s*[\d(][\d\s()-]{5,}\d"
        + _EXTENSION,
        r"(?<!\d)(?<!\d\.)(?<!rs)(?<!NCT)(?<!ChiCTR)\d{7,}(?!\d|\.\d)"
        + _NO_AMOUNT,  # record numbers
        r"\d{1,3}\s*(?:岁|周岁|月龄)(?:\s*\d{1,2}\s*个?月)?",  # ages: the entry has a band
        r"[一二三四五六七八九十百]{1,4}\s*(?:周岁|岁)",
        rf"(?<![\dA-Za-z])(?<!\d\.){_IN_NO_SPAN}\d{{1,3}}\s?y(?![A-Za-z]|/o){_NO_SPAN}",
        r"(?<![\dA-Za-z])(?<!\d\.)\d{1,3}(?:\s?[yY]/?[oO]|-[yY]-?[oO])(?![A-Za-z])",
        r"(?<![\dA-Za-z])(?<!\d\.)\d{1,3}\s(?:years?|months?|weeks?|days?) of age\b",
        r"(?<=(?i:\bman|ale|boy|irl|ady) of )\d{1,3}(?![\w.%-])" + _NO_UNIT,
        r"(?<![\dA-Za-z])\d{1,3}(?:st|nd|rd|th) birthday",
        (
            r"(?<![A-Za-z])(?i:(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:[-\s](?:one|two|three|four|"
            r"five|six|seven|eight|nine))?[-\s](?:years?|yrs?)[-\s](?:old|of age))\b"
        ),
        r"年龄(?:为|约)?\s*[:：]?\s*\d{1,3}(?![\d.]|\s?[-~～至])",
        r"(?<!\d)\d{1,3}\s*床(?!旁|边|位)",
        r"(?<!\d)(?:第\s*)?\d{1,3}\s*(?:号\s*病?床位?|病床)(?!旁|边|数)",
        r"(?<![\dA-Za-z])\d{1,4}\s?号?病房",
        rf"(?:床位|加床|病床){_TOLD}\d{{1,3}}(?!\d|\s?[张个余%])",
        r"(?<![\dA-Za-z])(?<!\d\.)\d{1,3}[-\s]*(?i:y|yrs?|years?|months?|weeks?|days?)[-\s]*(?i:old)\b",
        r"(?<![\dA-Za-z])(?<!\d\.)\d{1,3}[-\s]?[Yy]/[Oo](?![A-Za-z])",
        r"(?<![A-Za-z])(?i:aged?)\s*(?:of\s+|:\s*)?\d{1,3}\b",
        (
            r"(?<![A-Za-z/\d])(?:[FM]/\d{1,3}|\d{1,3}[FM])(?!\w|/\d)(?!\s?(?:sheath|cath|guid|pigtail|导|鞘|管))"
            r"(?![-\s]?(?:FDG|PSMA|FES|FET|FLT|FAPI|DOPA|NaF|labell?ed|choline|氟|标记|显像|脱氧))"
        ),
        r"(?:家住|现住|住址|住所|地址|籍贯)[:：]?\s*[^\s,，。;；、]{2,40}",  # places of living
        (
            r"[\u4e00-\u9fff]{2,8}(?:省|市|县|区|镇|乡|村|屯|街道|社区|小区)[^\s,，。;；、]{0,20}\d+\s*[号栋室]"
            rf"{_HOUSE}"
        ),
        (
            rf"[\u4e00-\u9fff]{{1,4}}(?:(?<![尿旁通电回思管线径气胆短])路|街|大道|大街|巷|胡同)"
            rf"\s?(?:\d{{1,5}}(?:-\d{{1,4}})?|[一二三四五六七八九十百〇零]{{1,5}})\s?(?:号楼|号院|号|支?弄){_NO_THING}{_HOUSE}"
        ),
        r"(?<!\d)\d{1,3}\s?(?:号楼|[幢栋座])\s?(?:[\d一二三四五六]{1,2}\s?单元\s?)?\d{2,4}(?!\d)\s?[室房]?",
        r"(?<!\d)\d{1,3}\s?(?:号楼|[幢栋座])\s?[\d一二三四五六]{1,2}\s?单元",
        (
            r"(?<![\w.])\d{1,5}[A-Z]?\s(?:[A-Z][a-z'’]+\s){1,3}"
            r"(?:Street|St\.|Road|Rd\b\.?|Avenue|Ave\b\.?|Boulevard|Blvd\b\.?|Lane|Drive|Terrace)(?![a-z])"
        ),
        r"(?<![A-Za-z\d-])[A-Z]{1,2}\d[A-Z\d]?\s\d[ABD-HJLNP-UW-Z]{2}(?![A-Za-z\d])",  # postcodes
    )
)
