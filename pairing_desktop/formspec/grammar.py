"""The grammar of ``forms/*.yaml`` in words, for the field reference. A test holds it against the structs."""

from collections.abc import Mapping

import msgspec

from pairing_desktop.formspec import definition as d
from pairing_desktop.formspec import indicators as i

TYPES: Mapping[str, tuple[str, str, str]] = {
    "text": ("文字（一行）", "任意文字；“无”就是这个字", '"文字"'),
    "long_text": ("长文字", "可以分行", '"文字"'),
    "whole": ("整数", "178、１７８、1,780、3万、约180", "178"),
    "decimal": ("小数", "12480、１２，４８０．５、1.2亿、480000元、99以上；不四舍五入", '"12480.5"'),
    "percent": ("百分数", "65.2、65.2%", '"65.2"'),
    "date": ("日期", "20240331、2024-3-31、2024/3/31、2024年3月31日、3.31（取报告期的年份）", '"2024-03-31"'),
    "quarter": ("季度", "2024Q2、2024年二季度、二季度", '"2024Q2"'),
    "choice": ("单选", "代码、名称、名称的一部分、拼音首字母", '"代码"'),
    "choices": ("多选", "同单选，几项之间用顿号、逗号或分号", '["代码", "代码"]'),
    "yes_no": ("是否", "是、否、有、y、n、1、0、√、×", "true"),
    "county": ("县", "六位代码、名称、名称的一部分、拼音首字母", '"331123"'),
    "reference": ("引用", "从另一种表的记录中选", '"记录编号"'),
    "credit_code": ("统一社会信用代码", "18 位，校验 GB 32100；空白即待补", '"91350100M000100Y43"'),
    "attachment": ("附件", "用按钮添加，标明上报或仅留本县", '{"sha256", "name", "size", "travels", "pages"}'),
    "table": ("表格", "逐行填写", '[{"id", "values", "raw", "marks"}]'),
}

FIELD_KEYS: Mapping[str, str] = {
    "id": "字段名：小写字母、数字、下划线",
    "label": "名称；表头里需要断开处可以换行",
    "type": "类型",
    "unit": "计量单位",
    "code": '代码，如 "02"',
    "required": "必填",
    "help": "填报说明（在页脚显示），可用 {limit.名称}",
    "compute": "计算式；有它的项锁定、灰底",
    "compute_when": "计算的条件；不成立时由人填",
    "scale": "小数位数，默认 2",
    "signed": "增减幅，显示正号",
    "as_given": "照填写的小数位显示，不补零",
    "min": "下限",
    "max": "上限",
    "choices": "选项：名称的列表，或 {code, label} 的列表",
    "choices_from": "选项取自 industries（行业大类）或 counties（县）",
    "form": "引用哪种表",
    "columns": "表格的列（写法同字段）",
    "rows": "表格预设的行：[{列: 文字}]",
    "indent": "“其中”的层次",
    "group": "统计表里上方的分组标题",
    "carry": "结转上期时带入，默认 true",
    "of_year": "全年的数或本年的表：只在本年内结转，跨年留空",
    "nature": "数字的默认性质（实际、预计、协议、达产后、目标）",
    "marks": "可加的标注：nature 性质、qualifier 限定词、source 来源、status 状态、note 备注",
    "max_length": "字数上限",
    "cumulative": "累计数（本年累计或自开始累计）",
    "quarter_of": "本项是哪一累计项的本季数",
    "point": "期末数",
    "private": "只留本县，不上报",
    "search": "不是列表的列，也能在搜索框里找到（曾用名、编号）",
    "width": "打印列宽（毫米），0 为自动",
    "detail": "打印时移到表格下方的第二块",
    "default": "新建时填好的文字",
}
RULE_KEYS: Mapping[str, str] = {
    "id": "名称",
    "number": "审核关系编号",
    "level": "error 强制性，query 核实性",
    "check": "应当成立的式子；含空白则不适用",
    "at": "定位在哪一项（表格的列写“表格.列”）",
    "when": "适用的条件",
    "left": "提示里的 {left}，默认为 check 的左边",
    "right": "提示里的 {right}，默认为 check 的右边",
    "message": "提示语，可用 {left} {right} {difference} {growth} {label} {row} {limit.名称} 和字段名",
    "table": "对这张表格逐行审核",
    "waivable": "可否作特殊情况报送，默认 true",
    "remedy": "怎么办，可用 {limit.名称}",
}
FORM_KEYS: Mapping[str, str] = {
    "id": "表的名称，与文件名相同",
    "version": "版本，改动字段时加 1",
    "title": "全称",
    "short": "导航里的简称",
    "icon": "图标",
    "group": "导航分组：台账、填报",
    "order": "导航里的次序",
    "kind": "register 台账、event 事项、quarterly 季报、yearly 年报",
    "subject": "挂在哪种表的记录上",
    "joint": "两县共同的表",
    "fills": "谁填：M 山区县、I 工业大县、L 牵头方",
    "name": "用哪一项称呼一条记录",
    "natural_key": "判断重复登记用的几项，可含 subject、period",
    "date": "事项的日期",
    "closed": "事项办结的条件",
    "head": "表头",
    "sections": "分节",
    "rules": "审核关系",
    "list": "列表",
    "print": "打印",
    "notes": "说明，可用 {limit.名称}",
    "help": "这张表是做什么的",
    "renames": "旧版字段改名：{旧: 新}",
}
OTHER_KEYS: Mapping[type[msgspec.Struct], tuple[str, Mapping[str, str]]] = {
    d.Section: ("分节 sections", {"id": "名称", "title": "标题", "fields": "字段", "hint": "标题旁的提示"}),
    d.Choice: ("选项 choices", {"code": "代码", "label": "名称"}),
    d.Head: (
        "表头 head",
        {
            "kind": "worksheet 工作表，statistics 统计报表",
            "annex": "附件号",
            "notice": "通知名称",
            "unit": "右上角的计量单位",
            "marks": "统计报表的五项标识，缺一项就按工作表打印",
        },
    ),
    d.Marks: (
        "标识 head.marks",
        {
            "number": "表号",
            "maker": "制定机关",
            "approver": "批准或备案机关",
            "document": "文号",
            "valid_until": "有效期至",
        },
    ),
    d.ListView: ("列表 list", {"columns": "列", "sort": "按哪一项排序，前面加 - 为降序"}),
    d.PrintLayout: (
        "打印 print",
        {
            "layout": "card 卡片、roster 名册、statistical 统计表、scoring 考核评价表",
            "landscape": "横向",
            "columns": "名册的列",
            "stamped": "要盖章",
            "stamps": "盖章栏的标题",
            "pictures": "图",
            "beside": "卡片上跟在引用后面的、被引用记录的字段",
            "measure": "记录的量词，默认“条”",
        },
    ),
    d.PrintBeside: ("引用的字段 print.beside", {"after": "引用字段", "field": "被引用表的字段"}),
    d.PrintColumn: (
        "名册的列 print.columns",
        {"field": "字段", "title": "列标题，默认为字段名称", "width": "列宽（毫米）"},
    ),
    d.Picture: (
        "图 print.pictures",
        {
            "kind": "radar 雷达图、bars 前后对比",
            "table": "哪张表格",
            "name": "名称列",
            "value": "数值列",
            "against": "对照列",
            "title": "标题",
        },
    ),
    d.Limit: ("界限 thresholds.yaml", {"value": "数值", "title": "含义", "source": "出处"}),
    i.IndicatorSet: (
        "指标体系 indicators/*.yaml",
        {
            "id": "名称",
            "title": "全称，印在表上",
            "term": "年度 或 三年",
            "years": "适用年份，空为不限",
            "example": "是否示例",
            "source": "出处",
            "grades": "等次：名称和起分",
            "grades_source": "等次的出处",
            "ratings": "定性指标的等级：名称和得分比例",
            "indicators": "指标，权重合计 100",
        },
    ),
    i.Grade: ("等次 grades", {"label": "名称", "from": "从几分起"}),
    i.Rating: ("等级 ratings", {"label": "名称", "share": "得权重的百分之几"}),
    i.Indicator: (
        "指标 indicators",
        {
            "id": "编号",
            "level1": "一级指标",
            "level2": "二级指标",
            "label": "三级指标",
            "nature": "≥ 越大越好、= 应当相等、定性",
            "unit": "计量单位",
            "weight": "权重（分）",
            "target": "目标值",
            "wanted": "定性要求",
            "scoring": "按比例（默认）、达标得分、分等级",
            "draws": "取哪些记录",
            "actual": "完成值的算式：取数名称.value 是一列；空则手工填写",
            "evidence": "应附的佐证材料",
            "source": "出处",
        },
    ),
    i.Draw: (
        "取数 draws",
        {
            "name": "在 actual 里的名称",
            "form": "哪种表；季报取年内各对象最后一期",
            "where": "挑选记录的条件，写那张表的字段",
            "value": "取什么：那张表字段的算式；空则取记录本身",
            "each_year": "三年总评的季报：每年各取最后一期（默认只取最后一年的）",
        },
    ),
}


def documented() -> Mapping[type[msgspec.Struct], Mapping[str, str]]:
    """Return every struct of the grammar with its keys' explanations."""
    others = {struct: keys for struct, (_, keys) in OTHER_KEYS.items()}
    return {d.Form: FORM_KEYS, d.Field: FIELD_KEYS, d.Rule: RULE_KEYS, **others}
