"""What a verdict says of questions that could not be asked, and of what does not hold for a certificate's sake."""

from pathlib import Path

from pairing_desktop.documents.model import CardRows
from pairing_desktop.documents.verification import VerificationData, verification_report
from pairing_desktop.exchange.packet_parts import DATA
from pairing_desktop.services import demo, reviewing, verdict_words
from pairing_desktop.signing import container
from tests.exchange.house import House
from tests.services import small


def asked(house: House, path: Path, root: Path, crl: Path | None) -> dict[str, tuple[str, str, str]]:
    [verdict] = reviewing.verify_files([path], trust=root, crl=crl, now=house.ws.clock(), forms=house.ws.catalogue)
    return {q.text: (q.answer, q.reason, q.stand) for q in verdict_words.questions(verdict)}


def test_what_damaged_data_leave_open_is_not_answered(house: House, tmp_path: Path) -> None:
    """Nobody knows whether there are joint sheets, and every signer was read."""
    packed = container.read(house.packet).files[DATA]
    path = tmp_path / "a.asice"
    path.write_bytes(house.packet.read_bytes().replace(packed, b"[" + packed[1:], 1))
    said = asked(house, path, house.keys.root, house.keys.crl)
    assert said["两县共有表是否会签"] == ("无法判断", "数据读不出来", "query")
    assert said["签名人是否属于本县"] == ("无法判断", "数据读不出来，不知道是哪个县（市、区）的", "query")
    for question in ("Excel、PDF 与数据是否一致", "重新审核的结果是否相同", "修改痕迹是否连续"):
        assert said[question] == ("无法核对", "数据读不出来", "query")
    assert said["数据与附件是否相符"][0] == "不符"


def test_a_stranger_s_root_is_the_reason_wherever_it_is_one(house: House, tmp_path: Path) -> None:
    for name in ("trust", "keys"):
        (tmp_path / name).mkdir()
    other = demo.make_keys(tmp_path, clock=small.Now())
    said = asked(house, house.packet, other.root, other.crl)
    for question in ("报表 PDF 自身的签名是否有效", "Excel 工作簿自身的签名是否有效", "每个签名是否有效"):
        assert said[question][0] == "无效"
        assert "不是受信任的根证书签发的" in said[question][1]


def test_a_report_calls_a_file_s_identity_by_the_file() -> None:
    said = VerificationData(file="a.asice", kind="会签件", conclusion="有效", text="", good=True, facts=(), digest="ab",
                            identity="cd")
    [particulars] = [b for b in verification_report(said).blocks if isinstance(b, CardRows)]
    assert [row.pairs[0].label for row in particulars.rows][-2:] == ["会签件标识", "文件摘要"]
