"""Documents written by hand after the mocks (``mocks/paper``), for tests and to look at."""

from decimal import Decimal

from pairing_desktop.documents.model import (
    BarGroup,
    Bars,
    CardRow,
    CardRows,
    Cell,
    Column,
    Document,
    Drawing,
    Heading,
    Pair,
    Radar,
    Row,
    Series,
    SignaturePlace,
    SignaturePlaces,
    StampCell,
    StampRow,
    Table,
    Text,
)

PARK = "南湖遂昌竹产业共富产业园"
BUREAU = "遂昌县经济主管部门（示例）"
FOOT = ("单位负责人：", "审核人：", "填表人：", "联系电话：", "报出日期：20　　年　　月　　日")

# name, unit, level, this quarter, year to date, last quarter's, year ago; ^ computed; a lone name is a group
LINES = """
一、土地（期末数）
规划面积|亩|0|620.00|—|620.00|620.00
其中：可供面积|亩|1|410.00|—|410.00|380.00
其中：已供应面积|亩|2|286.50|—|268.50|210.00
其中：已建成面积|亩|3|!304.50|—|241.20|186.00
二、投资
本年完成投资|万元|0|^7,169.50|^12,480.00|5,310.50|6,710.00
其中：基础设施投资|万元|1|^2,380.00|4,260.00|1,880.00|3,005.00
其中：产业投资|万元|1|^4,789.50|8,220.00|3,430.50|3,705.00
开工以来累计完成投资|万元|0|48,930.00|—|41,760.50|29,840.00
三、标准厂房（期末数）
已建成标准厂房面积|㎡|0|86,400.00|—|71,200.00|52,000.00
其中：已出租或出售面积|㎡|1|73,850.00|—|60,130.00|41,600.00
出租出售率|%|0|^85.47|—|84.45|80.00
四、项目与企业
签约项目数|个|0|^3|5|2|3
协议投资额（协议）|万元|0|^24,500.00|36,500.00|12,000.00|21,800.00
到位资金|万元|0|^5,140.00|9,120.00|3,980.00|5,200.00
期末在建项目数|个|0|4|—|3|3
期末入驻企业数|家|0|^23|—|20|16
其中：已投产企业数|家|1|^17|—|16|12
其中：规上工业企业数|家|2|^6|—|6|4
五、经济效益
规上工业总产值（现价）|万元|0|^16,430.00|31,640.00|15,210.00|24,380.00
营业收入|万元|0|^18,565.50|35,905.50|17,340.00|27,610.00
其中：规上工业企业营业收入|万元|1|^15,668.00|30,388.00|14,720.00|23,590.00
利润总额|万元|0|^1,288.40|2,418.60|1,130.20|1,790.00
研发费用|万元|0|^618.00|1,206.00|588.00|842.00
综合能源消费量（等价值）|吨标准煤|0|^1,160.00|2,310.00|1,150.00|1,985.00
税收收入|万元|0|^681.70|1,384.20|702.50|980.00
亩均税收|万元/亩|0|^—|^4.55|2.91|5.27
期末从业人员|人|0|412|—|430|365
"""


def words(*texts: str, strong: bool = False) -> Row:
    return Row(tuple(Cell(text=t, align="centre", strong=strong) for t in texts))


def figure(text: str, path: str = "", *, carried: bool = False) -> Cell:
    red, computed = text.startswith("!"), carried or text.startswith("^")
    text = text.lstrip("!^")
    if text == "—":
        return Cell(text=text, align="right", computed=computed, path=path)
    number = Decimal(text.replace(",", ""))
    form = "#,##0.00_ " if "." in text else "#,##0_ "
    return Cell(text=text, value=number, number_format=form, align="right", computed=computed, red=red, path=path)


GREY_NOTE = ("白格填报，灰格由程序计算或结转：本季（1）＝本年累计（2）－上季累计（3）；期末数指标在“本季”栏填"
             "本季时点数，本年累计栏印“—”。")


def park_quarterly(*, marks: tuple[tuple[str, str], ...] = ()) -> Document:
    rows, code = [], 0
    for line in LINES.strip().split("\n"):
        if "|" not in line:
            rows.append(Row((Cell(text=line, columns=7, strong=True),), "group"))
            continue
        code += 1
        name, unit, level, *values = line.split("|")
        cells = [Cell(text=name, indent=int(level)), Cell(text=unit, align="centre"),
                 Cell(text=f"{code:02}", align="centre", number_format="@")]
        cells += [figure(v, f"park_progress/p1/f{code}/{n}", carried=n > 1) for n, v in enumerate(values)]
        rows.append(Row(tuple(cells)))
    table = Table(
        columns=tuple(Column(width=w) for w in (58, 18, 10, 21, 21, 21, 21)),
        head=(words("指标名称", "计量单位", "代码", "本季", "本年累计", "上季累计", "上年同期"),
              words("甲", "乙", "丙", "1", "2", "3", "4")),
        rows=tuple(rows), look="statistical",
    )
    stamps = StampRow(cells=(
        StampCell(head="山区县确认", name=BUREAU),
        StampCell(head="工业大县会签", name="南湖区经信商务局",
                  lines=(("单位负责人：", "审核人："), ("填表人：", "联系电话："),
                         ("会签日期：20　　年　　月　　日",))),
    ))
    return Document(
        form="park_progress", title="园区建设进展季报", label=PARK, annex="8", marks=marks,
        head_left=f"园区名称：{PARK}", head_centre="2024年二季度", head_right="计量单位：见表内",
        continued=f"{PARK}　2024年二季度", blocks=(table, stamps),
        footer_note="园区建设进展季报 · 2024年二季度", foot=FOOT, code="8XQ4-D2MK-7T1W",
        code_text="JD1:PARK-PROGRESS:331123:2024Q2:8XQ4D2MK7T1W",
        notes=("本表由牵头县填报，联合体双方共同确认；一个园区一张表，报告期后10日内报出（示例期限）。",
               GREY_NOTE,
               "主要审核关系：01≥02≥03≥04；05=06+07；08≥05；09≥10；11=10÷09×100；16≥17，16≥18；20≥21；26=25÷04。",
               "红字为特殊情况报送，事由见封面第三部分。除园区名称外，数据均为示例。"),
    )


def _pair(label: str, text: str, path: str = "") -> Pair:
    return Pair(label=label, cell=Cell(text=text, path=path))


DIMENSIONS = ("战略 8 6.5 7.5 5.20|营销 8 7.0 7.5 5.60|研发 8 5.5 7.0 4.40|计划 10 4.5 8.0 4.50|采购 6 6.0 7.5 3.60"
              "|生产现场 14 4.0 8.0 5.60|质量 12 5.0 8.5 6.00|设备 8 4.5 8.0 3.60|仓储 6 3.5 7.5 2.10"
              "|成本 8 4.0 7.5 3.20|人员 6 5.5 7.0 3.30|数字化 6 3.0 7.0 1.80")


CONCLUSION = ("企业生产现场、仓储和数字化三项明显低于标杆，问题集中在干燥前后的等待和砂光返工。管理层改进意愿强，"
              "短期课题投入小、见效快，建议先实施课题1和课题2，三个月后复评。")


def diagnosis_card(number: int = 12) -> Document:
    scores = [d.split() for d in DIMENSIONS.split("|")]
    rows = [Row((Cell(text=n), figure("10.0"), figure(w), figure(s), figure(b), figure("^" + t)))
            for n, w, s, b, t in scores]
    rows.append(Row((Cell(text="合　计", align="centre"), figure("—"), figure("^100"), figure("—"), figure("—"),
                     figure("^48.90")), "total"))
    radar = Radar(axes=tuple(s[0] for s in scores), series=(
        Series(name="本企业", values=tuple(float(s[2]) for s in scores)),
        Series(name="标杆分", values=tuple(float(s[3]) for s in scores))))
    score = Table(columns=tuple(Column(width=w) for w in (22, 13, 17, 14, 14, 18)),
                  head=(words("维度", "满分", "权重\n（%）", "得分", "标杆分", "加权得分"),), rows=tuple(rows),
                  side=Drawing(picture=radar, title="雷达图（满分10分）", width=72))
    baseline = [("设备综合效率（OEE）", "%", "52.6", "2024年1月至4月", "企业设备点检表"),
                ("一次合格率", "%", "88.4", "2024年1月至4月", "企业检验记录"),
                ("订单准交率", "%", "76.0", "2024年1月至4月", "企业订单台账"),
                ("库存周转天数", "天", "63", "2023年", "企业财务报表"),
                ("生产周期", "天", "约 18", "2024年4月", "现场跟单测算")]
    dry = "蒸煮与干燥节拍不匹配，干燥窑前平均堆积2.5天的料，换批次时停窑约4小时。"
    split = "开片机与选片台相距46米，班均往返31次；选片台高度不合适，弯腰取料。"
    problems = [("蒸煮至干燥", "等待", dry, "高", "P-01"),
                ("开片车间", "搬运、动作", split, "高", "P-02"),
                ("砂光工序", "不良", "砂光厚度偏差大，返工率9.8%，无首件检验和过程记录。", "高", "P-03"),
                ("原料仓库", "库存", "毛竹片先进先出未执行，霉变报废月均约3.2万元。", "中", "P-04"),
                ("包装", "过度加工", "内销产品沿用出口包装，每件多一道缠膜。", "低", "无")]
    topics = [("蒸煮与干燥联动排产，建立批次看板", "高", "短期", "3.00", "26.00", "生产部", "2024-08"),
              ("开片车间布局调整为U形线，选片台升降改造", "高", "短期", "8.50", "31.40", "生产部", "2024-09"),
              ("砂光首件检验与厚度控制图", "高", "中期", "5.20", "42.00", "品管部", "2024-11"),
              ("原料库位编码与先进先出", "中", "中期", "2.00", "30.00", "仓储部", "2024-12")]
    centre = lambda t: Cell(text=t, align="centre")  # noqa: E731  # a short name for a long table
    topic_rows = [Row((centre(str(n)), Cell(text=t), centre(p), centre(c), figure(a), figure(b), centre(d), centre(m)))
                  for n, (t, p, c, a, b, d, m) in enumerate(topics, 1)]
    topic_rows.append(Row((Cell(text="合　计（预计）", align="centre", columns=4), figure("^18.70"), figure("^129.40"),
                           centre("—"), centre("—")), "total"))
    head_cell = lambda t, r=1, c=1: Cell(text=t, align="centre", rows=r, columns=c)  # noqa: E731
    return Document(
        form="diagnosis", title="企业精益管理诊断表", label="遂昌示例竹制品有限公司", annex="4",
        head_left=f"填报单位：{BUREAU}", head_centre="2024年二季度", head_right=f"诊断序号：2024-{number:03}",
        continued="遂昌示例竹制品有限公司　2024年二季度", footer_note=f"企业精益管理诊断表 · 诊断2024-{number:03}",
        code="5HN0-W3CE-R86P", foot=FOOT,
        notes=("加权得分＝得分÷满分×权重，灰格由程序计算；“约”等限定词随数字一并打印。企业名称、代码、数据均为示例。",),
        blocks=(
            CardRows(rows=(
                CardRow(pairs=(_pair("企业名称", "遂昌示例竹制品有限公司", f"diagnosis/d{number}/name"),
                               _pair("统一社会信用代码", "91000000MA000012X8"))),
                CardRow(pairs=(_pair("行业类别", "C2041 竹制品制造"), _pair("所在园区", PARK))),
                CardRow(pairs=(_pair("诊断阶段", "□预诊断　□√诊断"), _pair("批次 · 协议编号", "第2批 · 示例-02"))),
                CardRow(pairs=(_pair("诊断机构", "示例管理咨询有限公司"), _pair("专家人数 · 工作量", "3人 · 15人天"))),
                CardRow(pairs=(_pair("诊断日期", "2024年5月13日至5月17日"), _pair("访谈人次", "18人次"))),
                CardRow(pairs=(_pair("诊断费用", "6.00万元"), _pair("费用承担方", "南湖区专项资金"))),
            )),
            Heading(text="一、诊断评分"), score,
            Heading(text="二、基线指标"),
            Table(columns=tuple(Column(width=w) for w in (40, 18, 22, 48, 42)),
                  head=(words("指标", "计量单位", "数值", "统计期", "数据来源"),),
                  rows=tuple(Row((Cell(text=a), centre(b), Cell(text=c, align="right"), centre(d), centre(e)))
                             for a, b, c, d, e in baseline)),
            Heading(text="三、存在问题"),
            Table(columns=tuple(Column(width=w) for w in (10, 22, 22, 82, 16, 18)),
                  head=(words("序号", "环节", "浪费类型", "现　　状", "优先级", "照片编号"),),
                  rows=tuple(Row((centre(str(n)), Cell(text=a), centre(b), Cell(text=c), centre(d), centre(e)))
                             for n, (a, b, c, d, e) in enumerate(problems, 1))),
            Heading(text="四、改善课题"),
            Table(columns=tuple(Column(width=w) for w in (10, 62, 14, 14, 20, 20, 15, 15)),
                  head=(Row((head_cell("序号", 2), head_cell("课　　题", 2), head_cell("优先级", 2),
                             head_cell("周期", 2), head_cell("投入与收益（万元，预计）", 1, 2),
                             head_cell("责任\n部门", 2), head_cell("完成\n时限", 2))),
                        Row((None, None, None, None, head_cell("投入"), head_cell("年收益"), None, None))),
                  rows=tuple(topic_rows)),
            Heading(text="五、诊断结论"),
            CardRows(rows=(
                CardRow(pairs=(_pair("结　　论", CONCLUSION),)),
                CardRow(pairs=(_pair("推荐为标杆", "□√推荐　□暂不推荐　□不推荐"),)),
                CardRow(pairs=(_pair("诊断报告", "仅留本县：企业精益管理诊断报告，36页，摘要 D04B 77E1 … 92AC"),)),
                CardRow(pairs=(_pair("跟踪情况", "2024年6月20日回访：课题1已启动，课题2完成设备报价。"),)),
            )),
            Heading(text="六、企业确认与填报"),
            StampRow(cells=(
                StampCell(title="企业（盖章）：", name="遂昌示例竹制品有限公司",
                          lines=(("法定代表人或授权人（签字）：",), ("确认日期：20　　年　　月　　日",))),
                StampCell(title="填报单位（盖章）：", name=BUREAU,
                          lines=(("单位负责人：", "审核人："), ("填表人：", "联系电话："))),
            )),
        ),
    )


def lean_card() -> Document:
    money = (("合同额", "^48.00"), ("专项资金补助", "30.00"), ("企业自筹", "18.00"), ("其中：已支付补助", "21.00"))
    centre = lambda t, **more: Cell(text=t, align="centre", **more)  # noqa: E731
    kpis = [("销售额", "%", "↑", "增幅", "—", "—", "—", "+25.49%", "企业"),
            ("产出量", "%", "↑", "增幅", "—", "—", "—", "+111.3%", "企业"),
            ("合格率", "%", "↑", "前后值", "65.2", "99以上", "95.0", "^+33.8个百分点以上", "企业"),
            ("库存周转天数", "天", "↓", "前后值", "待补", "待补", "—", "^—", "企业"),
            ("设备、人员数量", "—", "—", "定性", "—", "未增加", "—", "—", "企业")]
    right = lambda t: Cell(text=t.lstrip("^"), align="right", computed=t.startswith("^"))  # noqa: E731
    bars = Bars(panels=(
        ("增幅指标（基期=100，未给出前后值）", (
            BarGroup(name="销售额", bars=(("基期", 100, "100"), ("对比期", 125.49, "125.49"))),
            BarGroup(name="产出量", bars=(("基期", 100, "100"), ("对比期", 211.3, "211.3"))))),
        ("前后值指标（%）", (BarGroup(name="合格率", bars=(("基期", 65.2, "65.2"), ("对比期", 99, "99以上"))),)),
    ))
    after = Cell(text="99以上", value=Decimal(99), number_format="0.0_ ", align="right", qualifier="以上",
                 path="lean_project/l1/kpis/k3/after")
    rows = []
    for n, (a, b, c, d, e, f, g, h, i) in enumerate(kpis, 1):
        rows.append(Row((centre(str(n)), Cell(text=a), centre(b), centre(c), centre(d), right(e),
                         after if f == "99以上" else right(f), right(g), right(h), centre(i))))
    miles = [("现状诊断与目标确认", "2023年10月15日", "2023年10月13日", "完成"),
             ("样板线布局调整与标准作业", "2024年1月31日", "2024年2月26日", "完成（延后）"),
             ("质量改善课题与过程检验", "2024年4月30日", "2024年4月28日", "完成"),
             ("效果确认与企业验收", "2024年7月31日", "—", "进行中")]
    return Document(
        form="lean_project", title="精益管理标杆建设项目表", label="双彩", annex="5", code="2JV9-6QTA-M0XF", foot=FOOT,
        head_left=f"填报单位：{BUREAU}", head_centre="2024年二季度", head_right="项目序号：2024-03（共10个）",
        continued="双彩　2024年二季度", footer_note="精益管理标杆建设项目表 · 项目2024-03",
        notes=("只有增幅的指标照录增幅，不反推前后值；前后值指标由程序计算，百分数指标以百分点表示，限定词“以上”随之带入。",
               "销售额、产出量、合格率为公开报道数字；资金、日期、咨询机构为示例。合同额＝专项资金补助＋企业自筹。"),
        blocks=(
            CardRows(rows=(
                CardRow(pairs=(_pair("企业名称", "双彩", "lean_project/l1/enterprise"),
                               _pair("统一社会信用代码", "待补"))),
                CardRow(pairs=(_pair("咨询机构", "示例管理咨询有限公司"),
                               _pair("合同编号 · 日期", "示例-07 · 2023年9月12日"))),
                CardRow(pairs=(_pair("实施周期", "2023年9月至2024年6月"), _pair("项目状态", "已完成，待验收"))),
                CardRow(label="项目资金\n（万元）",
                        pairs=tuple(Pair(label=a, cell=figure(b, f"lean_project/l1/{a}")) for a, b in money)),
            )),
            Heading(text="一、里程碑"),
            Table(columns=tuple(Column(width=w) for w in (10, 78, 30, 30, 22)),
                  head=(words("序号", "内　　容", "计划完成", "实际完成", "状态"),),
                  rows=tuple(Row((centre(str(n)), Cell(text=a), centre(b), centre(c), centre(d)))
                             for n, (a, b, c, d) in enumerate(miles, 1))),
            Heading(text="二、改进前后指标"),
            Table(columns=(*(Column(width=w) for w in (10, 29, 12, 9, 16, 19)), Column(width=19, qualifier=True),
                           *(Column(width=w) for w in (14, 31, 11))),
                  head=(words("序号", "指标", "计量\n单位", "优向", "给出方式", "改进前\n2023年9月",
                              "改进后\n2024年5月", "目标", "改进幅度", "来源"),),
                  rows=tuple(rows), below=Drawing(picture=bars, height=38)),
            Heading(text="三、企业确认与验收"),
            StampRow(cells=(
                StampCell(title="企业（盖章）：双彩", lines=(("授权人（签字）：",), ("日期：20　　年　　月　　日",))),
                StampCell(title="填报单位（盖章）：", name=BUREAU, lines=(("单位负责人：",), ("审核人：", "填表人："))),
                StampCell(title="验收意见：", options=("通过", "整改后通过", "不通过"),
                          lines=(("验收组长（签字）：",), ("日期：20　　年　　月　　日",))),
            )),
        ),
    )


def _firm(n: int, name: str) -> Row:
    centre = lambda t, **more: Cell(text=t, align="centre", **more)  # noqa: E731
    return Row((
        centre(f"{n:03}", number_format="@"), Cell(text=name, path=f"enterprise/e{n}/name"),
        centre(f"91000000MA0000{n:03}7", number_format="@", path=f"enterprise/e{n}/code"), Cell(text=PARK),
        centre("C2041", number_format="@"), Cell(text="初级形态塑料及合成树脂制造" if n % 5 == 0 else "竹制品制造"),
        centre("配套"), centre("2018年"), centre("专精特新、小巨人" if n % 7 == 0 else "—"),
        Cell(text=str(n * 7), value=n * 7, number_format="#,##0_ ", align="right", path=f"enterprise/e{n}/staff"),
        Cell(text="32,963.19", value=Decimal("32963.19"), number_format="#,##0.00_ ", align="right",
             path=f"enterprise/e{n}/revenue"),
        centre("诊断", computed=True), Cell(text=""),
    ))


def roster(count: int = 60) -> Document:
    titles = ("序号", "企业名称", "统一社会信用代码", "所在园区或工业点", "行业\n代码", "行业名称", "产业链\n角色",
              "规上\n起始年", "称号", "从业人员\n（人）", "2023年营业\n收入（万元）", "诊断", "备注")
    widths = (9, 51, 35, 40, 13, 24.5, 13, 13, 16.5, 14, 19, 11, 8)
    names = ("丽水市遂昌县示例九生态竹木综合利用科技发展股份有限公司", "遂昌示例竹业有限公司", "遂昌示例电子有限公司",
             "遂昌示例𬳽竹木制品有限公司")
    rows = [_firm(n, names[n % 4]) for n in range(1, count + 1)]
    table = Table(columns=tuple(Column(width=w) for w in widths), head=(words(*titles),), rows=tuple(rows),
                  look="roster")
    return Document(form="enterprise", title="企业名录", annex="3", head_left=f"填报单位：{BUREAU}",
                    head_centre="2024年二季度末", head_right=f"共{count}家", blocks=(table,), landscape=True, foot=FOOT,
                    notes=("本表由山区县填报。",), footer_note="遂昌县 2024年二季度 第2次报送 · 企业名录")


def signatures() -> Document:
    places = SignaturePlaces(places=(SignaturePlace(role="preparer", label="填表人"),
                                     SignaturePlace(role="reviewer", label="审核人"),
                                     SignaturePlace(role="head", label="单位负责人")))
    return Document(form="cover", title="县域结对合作季度报送材料", subtitle="遂昌县　2024年二季度　第2次报送",
                    blocks=(CardRows(rows=(CardRow(pairs=(_pair("报送单位", BUREAU), _pair("代码", "331123"))),)),
                            Heading(text="四、签名"), places, Text(text="灰底为程序计算。", small=True)),
                    notes=("签名时间由签名人电脑自报，以省级《接收回执》载明的时间为准。",
                           "数字签名用于发现改动，不代替单位公章。"), notes_label="注",
                    footer_note="遂昌县 2024年二季度 第2次报送 · 封面")




ALL = (signatures, park_quarterly, diagnosis_card, lean_card, roster)
