"""Keys and certificates through the window: the county's sheets, the province's, the sign panel; real files, tokens."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

pytest.importorskip("PySide6")

from pairing_desktop.exchange import packet as packets
from pairing_desktop.services import enrolling, issuing, key_keeping, key_ring, trusting
from pairing_desktop.services.key_keeping import TokenPlace
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.signing import requests, wrapper
from pairing_desktop.ui import ask
from pairing_desktop.ui.key_authority import AuthoritySheet, IssueSheet, NewAuthoritySheet, RenewSheet, RevokeSheet
from pairing_desktop.ui.key_page import KeysSheet
from pairing_desktop.ui.key_sheets import (
    ConvertSheet,
    ExportSheet,
    ImportSheet,
    NewKeySheet,
    PassphraseSheet,
    RequestSheet,
    TokenSheet,
)
from pairing_desktop.ui.sign_panel import SignPanel
from pairing_desktop.ui.token_choice import TokenChoice
from tests.conftest import NOW
from tests.signing import people
from tests.signing.tokens import PIN, Hsm
from tests.ui.script import Script, idle

pytestmark = pytest.mark.gui

PASS, ROOT_PASS, OTHER_PASS = "竹林 shanlu 42 lantern", "gaoshan 流水 copper 8", "tea-umbrella-river-9"


class Hand(Script):
    """Fills in the sheets: ``fills`` says how, by the sheet's class; a sheet without one is dismissed."""

    def __init__(self, qtbot: Any) -> None:
        super().__init__()
        self.fills: dict[type, Callable[[Any], object]] = {}
        self._qtbot = qtbot
        self.told: list[str] = []
        self.answers = {"run": self._run, "tell": lambda _parent, title, text: self.told.append(f"{title}\n{text}")}

    def _run(self, sheet: Any) -> bool:
        fill = self.fills.get(type(sheet))
        if fill is None:
            return False
        sheet.show()
        fill(sheet)
        sheet.yes.click()
        idle(self._qtbot)
        done = sheet.result() == 1
        if not done:
            self.told.append(sheet.problem.text())
        sheet.hide()
        return done


class Pc(Struct):
    """A county's PC, and a province's folder already set up."""

    folder: Path
    settings: Settings
    desk: issuing.Desk

    @property
    def key(self) -> Path:
        return self.folder / "局长.pairkey"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wrapper, "COST", 14)


@pytest.fixture
def pc(tmp_path: Path) -> Pc:
    desk = issuing.begin(tmp_path / "desk", ROOT_PASS, name="省级根（示例）", now=NOW)
    return Pc(tmp_path, Settings(tmp_path / "config" / "settings.json"), desk)


@pytest.fixture
def hand(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> Hand:
    made = Hand(qtbot)
    monkeypatch.setattr(ask, "dialogs", made)
    return made


@pytest.fixture
def sheet(qtbot: Any, theme: object, pc: Pc, hand: Hand) -> Iterator[KeysSheet]:
    made = KeysSheet(None, pc.settings, lambda: NOW)
    qtbot.addWidget(made)
    made.show()
    yield made
    idle(qtbot)


def fill_new(pc: Pc, secret: str = PASS) -> Callable[[NewKeySheet], None]:
    def fill(sheet: NewKeySheet) -> None:
        sheet.whom.show_person(name="局长（示例）", role="head", county="331123", bureau="遂昌县经济主管部门（示例）")
        sheet.secret.first.setText(secret)
        sheet.secret.again.setText(secret)
        sheet.place.edit.setText(str(pc.key))

    return fill


def enrol(pc: Pc, *, days: int = 1095) -> Path:
    """Make and enrol a key beside the window; return the bundle."""
    who = key_keeping.person(name="局长（示例）", role="head", county="331123")
    if not pc.key.exists():
        key_keeping.make(pc.key, who, PASS, now=NOW)
    asked = enrolling.request(pc.key, PASS, pc.folder / "申请", now=NOW)
    issuing.issue(pc.desk.folder, ROOT_PASS, asked.request, who, asked.code, now=NOW, days=days)
    bundle, _ = issuing.bundle(pc.desk.folder, pc.folder / "bundle.pem", now=NOW)
    return bundle


def take(pc: Pc, bundle: Path) -> None:
    done = enrolling.import_bundle(bundle, settings=pc.settings, now=NOW, place=pc.key, secret=PASS,
                                   root_code=pc.desk.root_code)
    assert done.card is not None
    key_ring.remember(pc.settings, done.card)


def states(sheet: KeysSheet) -> list[str]:
    return [v.entry.card.state if v.entry.card else "gone" for v in sheet.cards]


def issue_by_hand(qtbot: Any, pc: Pc, hand: Hand, csr: Path, code: str) -> Path:
    """Let the province issue what a request asks for, by its window; return the bundle."""
    pc.settings.set("authority.folder", str(pc.desk.folder))
    province = AuthoritySheet(None, pc.settings, lambda: NOW)
    qtbot.addWidget(province)
    province.show()
    hand.answers["open_file"] = csr

    def fill(form: IssueSheet) -> None:
        assert form.whom.name.text() == "", "nothing is copied from the request"
        assert "局长（示例）" in form.claims.text()
        form.code.setText(code.lower().replace("-", " "))
        form.whom.show_person(name="局长（示例）", role="head", county="331123", bureau="遂昌县经济主管部门（示例）")
        form.secret.setText(ROOT_PASS)

    hand.fills[IssueSheet] = fill
    province.issue_one()
    assert [line.state for line in (province.desk.issued if province.desk else ())] == ["valid"]
    hand.answers["save_file"] = pc.folder / "bundle.pem"
    province.write_bundle()
    assert "1 张" in hand.told[-1]
    return pc.folder / "bundle.pem"


def test_from_nothing_to_a_signature(qtbot: Any, pc: Pc, hand: Hand, sheet: KeysSheet) -> None:
    """County makes key and request; province compares, issues, bundles; county imports and signs."""
    hand.answers["confirm"] = True
    hand.fills = {NewKeySheet: fill_new(pc), RequestSheet: lambda s: (
        s.secret.setText(PASS), s.folder.edit.setText(str(pc.folder / "申请")))}
    sheet.make()
    assert states(sheet) == ["requested"]
    (csr,), (form,) = (list((pc.folder / "申请").glob(f"*.{kind}")) for kind in ("csr", "pdf"))
    code = key_keeping.look(pc.key, now=NOW).code
    assert form.name in hand.told[-1]
    assert code in hand.told[-1]
    hand.answers["open_file"] = issue_by_hand(qtbot, pc, hand, csr, code)

    def fill_import(form: ImportSheet) -> None:
        assert form.ask_code.isVisible()
        form.code.setText(pc.desk.root_code)
        form.secret.setText(PASS)

    hand.fills[ImportSheet] = fill_import
    sheet.import_bundle()
    assert states(sheet) == ["valid"]
    assert "有效期至 2027" in hand.told[-1]
    assert trusting.on_this_pc(pc.settings) is not None

    path = pc.folder / "a.asice"
    path.write_bytes(people.built(roles=["head"]))
    panel = SignPanel(path, lambda: NOW, settings=pc.settings)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.chooser.mine.count() == 2
    panel.chooser.mine.activated.emit(1)
    assert panel.key.text() == str(pc.key)
    panel.password.setText(PASS)
    with qtbot.waitSignal(panel.signed):
        panel.act.click()
    assert packets.open_packet(path).sealed


def test_a_weak_passphrase_cannot_be_taken(qtbot: Any, theme: object, pc: Pc, hand: Hand) -> None:
    sheet = NewKeySheet(None, lambda: NOW)
    qtbot.addWidget(sheet)
    sheet.show()
    fill_new(pc)(sheet)
    assert sheet.yes.isEnabled()
    cases = (("suichang2024", "suichang2024", "太弱"), (PASS, PASS + "x", "两遍不一样"), ("", "", "忘了"))
    for typed, again, said in cases:
        sheet.secret.first.setText(typed)
        sheet.secret.again.setText(again)
        assert not sheet.yes.isEnabled()
        assert said in sheet.secret.verdict.text()
    assert not pc.key.exists()


def test_fields_come_before_buttons_with_tab(qtbot: Any, theme: object, hand: Hand) -> None:
    sheet = NewKeySheet(None, lambda: NOW)
    qtbot.addWidget(sheet)
    sheet.show()
    qtbot.waitExposed(sheet)
    found, widget = [], sheet.nextInFocusChain()
    while widget is not sheet:
        found.append(widget)
        widget = widget.nextInFocusChain()
    wanted = (sheet.whom.name, sheet.secret.first, sheet.secret.again, sheet.place.edit, sheet.yes)
    order = [found.index(widget) for widget in wanted]
    assert order == sorted(order)


def test_a_wrong_root_code_stays_in_the_sheet(qtbot: Any, pc: Pc, hand: Hand, sheet: KeysSheet) -> None:
    bundle = enrol(pc)
    key_ring.remember(pc.settings, key_keeping.look(pc.key, now=NOW))
    sheet.refresh()
    before = pc.key.read_bytes()
    hand.answers["open_file"] = bundle
    hand.fills[ImportSheet] = lambda s: (s.code.setText("AAAAA-" * 4 + "AAAAA"), s.secret.setText(PASS))
    sheet.import_bundle()
    assert "核对码不一致" in hand.told[-1]
    assert pc.key.read_bytes() == before
    assert trusting.on_this_pc(pc.settings) is None


def test_a_wrong_passphrase_stays_in_the_sheet(qtbot: Any, pc: Pc, hand: Hand, sheet: KeysSheet) -> None:
    enrol(pc)
    key_ring.remember(pc.settings, key_keeping.look(pc.key, now=NOW))
    sheet.refresh()
    card = sheet.cards[0].entry.card
    assert card is not None
    hand.fills[RequestSheet] = lambda s: (s.secret.setText("falsch"), s.folder.edit.setText(str(pc.folder / "x")))
    sheet.request(card)
    assert "口令不对" in hand.told[-1]
    assert not (pc.folder / "x").exists()


def test_what_is_no_bundle_is_told(qtbot: Any, pc: Pc, hand: Hand, sheet: KeysSheet) -> None:
    other = pc.folder / "other.pem"
    other.write_text("hello")
    hand.answers.update(open_file=other, trouble=None)
    sheet.import_bundle()
    assert hand.names()[-1] == "trouble"


def test_passphrase_export_conversion_and_forgetting(qtbot: Any, pc: Pc, hand: Hand, sheet: KeysSheet) -> None:
    take(pc, enrol(pc))
    sheet.refresh()
    card = sheet.cards[0].entry.card
    assert card is not None

    def new(form: Any, old: str, secret: str) -> None:
        form.old.setText(old)
        form.secret.first.setText(secret)
        form.secret.again.setText(secret)

    hand.fills[PassphraseSheet] = lambda s: new(s, PASS, OTHER_PASS)
    sheet.change_passphrase(card)
    hand.fills[ExportSheet] = lambda s: new(s, OTHER_PASS, ROOT_PASS)
    sheet.export(card)
    p12 = pc.key.with_suffix(".p12")
    assert p12.is_file()
    hand.answers["open_file"] = p12
    hand.fills[ConvertSheet] = lambda s: (new(s, ROOT_PASS, PASS), s.to.edit.setText(str(pc.folder / "again.pairkey")))
    sheet.convert()
    assert states(sheet) == ["valid", "valid"]
    sheet.open_file()
    assert states(sheet) == ["locked", "valid", "valid"]
    hand.answers["confirm"] = True
    sheet.forget(sheet.cards[0].entry)
    assert len(sheet.cards) == 2
    assert p12.is_file()


def test_a_key_that_has_gone_is_told(qtbot: Any, pc: Pc, hand: Hand, sheet: KeysSheet) -> None:
    take(pc, enrol(pc))
    pc.key.rename(pc.folder / "elsewhere.pairkey")
    sheet.refresh()
    assert states(sheet) == ["gone"]
    assert "读不到" in sheet.cards[0].state.text()


@pytest.mark.parametrize(("days", "left", "said"), [
    (89, 0, "还有 89 天"), (30, 0, "只剩 30 天"), (7, 0, "再过 7 天"), (30, 31, "已于"), (1000, 130, "已经过时"),
    (1000, -1, "比这台电脑的时间还晚"),
])
def test_what_falls_due_is_told_at_the_key_and_when_signing(
    qtbot: Any, theme: object, pc: Pc, hand: Hand, days: int, left: int, said: str
) -> None:
    take(pc, enrol(pc, days=days))
    at = NOW + timedelta(days=left)
    sheet = KeysSheet(None, pc.settings, lambda: at)
    qtbot.addWidget(sheet)
    assert said in sheet.warning.text()
    panel = SignPanel(pc.folder / "a.asice", lambda: at, settings=pc.settings)
    qtbot.addWidget(panel)
    assert not panel.chooser.due.text()
    panel.key.setText(str(pc.key))
    assert said in panel.chooser.due.text()


def test_the_province_sets_up_revokes_and_renews(qtbot: Any, theme: object, pc: Pc, hand: Hand) -> None:
    enrol(pc)
    province = AuthoritySheet(None, pc.settings, lambda: NOW + timedelta(hours=1))
    qtbot.addWidget(province)
    province.show()
    assert not province.issue.isEnabled()
    hand.answers["folder"] = pc.desk.folder
    province.choose()
    assert province.issue.isEnabled()
    assert not province.revoke.isEnabled()
    province.table.selectRow(0)
    assert province.revoke.isEnabled()
    hand.fills[RevokeSheet] = lambda s: (s.secret.setText(ROOT_PASS), s.reason.setCurrentIndex(1))
    province.revoke_one()
    assert province.desk is not None
    assert [(line.state, line.reason) for line in province.desk.issued] == [("revoked", "人员调离或换岗")]
    hand.fills[RenewSheet] = lambda s: s.secret.setText("falsch")
    province.renew_list()
    assert "口令不对" in hand.told[-1]

    def fill(form: NewAuthoritySheet) -> None:
        form.name.setText("另一个机构")
        form.folder.edit.setText(str(pc.folder / "second"))
        form.secret.first.setText(OTHER_PASS)
        form.secret.again.setText(OTHER_PASS)

    hand.fills[NewAuthoritySheet] = fill
    province.begin()
    assert province.desk.folder == pc.folder / "second"
    assert province.desk.root_code in hand.told[-1]


def choose(ukey: TokenChoice, hsm: Hsm, place: TokenPlace) -> None:
    ukey.module.edit.setText(str(hsm.module))
    ukey.token.setCurrentIndex(ukey.token.findData(place.token))


@pytest.mark.parametrize("kind", ["ecdsa", "rsa"])
def test_a_root_key_on_a_token_is_made_and_issues(qtbot: Any, theme: object, pc: Pc, hand: Hand, hsm: Hsm,
                                                  kind: str) -> None:
    place = hsm.token()
    province = AuthoritySheet(None, pc.settings, lambda: NOW)
    qtbot.addWidget(province)
    province.show()

    def new(form: NewAuthoritySheet) -> None:
        form.name.setText("省级根（UKey，示例）")
        form.folder.edit.setText(str(pc.folder / "on token"))
        form.where.setCurrentIndex(form.where.findData(kind))
        assert not form.secret.isVisible()
        choose(form.ukey, hsm, place)
        form.pin.setText("00000000")

    hand.fills[NewAuthoritySheet] = new
    province.begin()
    assert "PIN" in hand.told[-1]
    assert not list((pc.folder / "on token").iterdir()), "a wrong PIN leaves nothing half made"
    hand.fills[NewAuthoritySheet] = lambda form: (new(form), form.pin.setText(PIN))
    province.begin()
    desk = province.desk
    assert desk is not None
    assert desk.on_token
    assert "根密钥在UKey里" in province.about.text().replace(" ", "")
    assert desk.root_code in hand.told[-1]
    enrol(pc)  # a request from the county
    hand.answers["open_file"] = csr = next((pc.folder / "申请").glob("*.csr"))

    def issue(form: IssueSheet) -> None:
        form.whom.show_person(name="局长（示例）", role="head", county="331123")
        form.code.setText(requests.load(csr).code)
        form.secret.setText(PIN)

    hand.fills[IssueSheet] = issue
    province.issue_one()
    assert "证书已签发" in hand.told[-1]
    assert len(issuing.look(desk.folder, now=NOW).issued) == 1


def test_a_code_that_was_mistyped_issues_nothing(qtbot: Any, theme: object, pc: Pc, hand: Hand) -> None:
    enrol(pc)
    hand.answers["open_file"] = next((pc.folder / "申请").glob("*.csr"))
    pc.settings.set("authority.folder", str(pc.desk.folder))
    province = AuthoritySheet(None, pc.settings, lambda: NOW)
    qtbot.addWidget(province)

    def fill(form: IssueSheet) -> None:
        form.whom.show_person(name="王", role="reviewer", county="330402")
        assert "姓名、角色、县（市、区）与上面填的不同" in form.claims.text()
        form.code.setText("00000-" * 4 + "00000")
        form.secret.setText(ROOT_PASS)

    hand.fills[IssueSheet] = fill
    province.issue_one()
    assert "核对码第" in hand.told[-1]
    assert province.desk is not None
    assert len(province.desk.issued) == 1


# --- a token -------------------------------------------------------------------------------------------------------

@pytest.mark.outside
def test_a_token_from_key_to_signature(qtbot: Any, pc: Pc, hand: Hand, sheet: KeysSheet, hsm: Hsm) -> None:
    place = hsm.token()

    def fill(form: TokenSheet) -> None:
        choose(form.ukey, hsm, place)
        form.make.setCurrentIndex(1)
        form.whom.show_person(name="局长（示例）", role="head", county="331123")
        form.pin.setText(PIN)

    hand.fills[TokenSheet] = fill
    sheet.use_token()
    (entry,) = key_ring.entries(pc.settings, now=NOW)
    assert isinstance(entry.place, TokenPlace)
    hand.fills[RequestSheet] = lambda s: (s.secret.setText(PIN), s.folder.edit.setText(str(pc.folder / "申请")))
    assert sheet.cards[0].entry.card is not None
    card = key_keeping.look(entry.place, now=NOW, secret=PIN)
    who = key_keeping.person(name="局长（示例）", role="head", county="331123")
    asked = enrolling.request(entry.place, PIN, pc.folder / "申请", now=NOW, who=who)
    assert asked.code == card.code
    issuing.issue(pc.desk.folder, ROOT_PASS, asked.request, who, asked.code, now=NOW)
    hand.answers["open_file"] = issuing.bundle(pc.desk.folder, pc.folder / "bundle.pem", now=NOW)[0]
    hand.fills[ImportSheet] = lambda s: (s.code.setText(pc.desk.root_code), s.secret.setText(PIN))
    sheet.import_bundle()
    assert "局长（示例）" in hand.told[-1]
    path = pc.folder / "a.asice"
    path.write_bytes(people.built(roles=["head"]))
    panel = SignPanel(path, lambda: NOW, settings=pc.settings)
    qtbot.addWidget(panel)
    panel.show()
    panel.chooser.mine.activated.emit(1)
    assert panel.chooser.on_token
    panel.password.setText("00000000")
    panel.act.click()
    idle(qtbot)
    assert "PIN 不对" in panel.problem.text()
    hand.answers["confirm"] = True
    panel.password.setText(PIN)
    with qtbot.waitSignal(panel.signed):
        panel.act.click()
    assert packets.open_packet(path).sealed
    hsm.pull(place)
    panel.password.setText(PIN)
    panel.act.click()
    idle(qtbot)
    assert "没有找到 UKey" in panel.problem.text()


@pytest.mark.outside
def test_one_of_several_tokens_is_chosen_where_one_signs(qtbot: Any, theme: object, pc: Pc, hsm: Hsm) -> None:
    """Without a key that was used here, the driver alone is named; then a person says which of them."""
    one, other = hsm.token(), hsm.token()
    panel = SignPanel(pc.folder / "a.asice", lambda: NOW, settings=pc.settings)
    qtbot.addWidget(panel)
    panel.show()
    chooser = panel.chooser
    assert not chooser.token.isVisible()
    chooser.by_token.setChecked(True)
    chooser.module.setText(str(hsm.module))
    assert chooser.token.isVisible()
    listed = [chooser.token.itemData(n) for n in range(chooser.token.count())]
    assert {one.token, other.token} <= set(listed)
    for place in (one, other):
        chooser.token.setCurrentIndex(listed.index(place.token))
        assert chooser.place() == TokenPlace(hsm.module, place.token)
    panel.password.setText("00000000")
    panel.act.click()
    idle(qtbot)
    assert chooser.token.currentData() == other.token, "a wrong PIN leaves the choice"
    chooser.by_file.setChecked(True)
    assert not chooser.token.isVisible()


def test_no_token_and_no_module_are_told(qtbot: Any, theme: object, pc: Pc, hand: Hand) -> None:
    form = TokenSheet(None, pc.settings, lambda: NOW)
    qtbot.addWidget(form)
    form.show()
    form.ukey.module.edit.setText(os.devnull)
    assert "不是 UKey 的驱动库" in form.ukey.note.text()
    assert not form.yes.isEnabled()


def test_an_open_data_file_warns_of_what_falls_due(qtbot: Any, ws: Workspace, theme: object, pc: Pc,
                                                   hand: Hand) -> None:
    from pairing_desktop.ui.desk import Desk

    take(pc, enrol(pc, days=20))
    desk = Desk(ws, pc.settings)
    qtbot.addWidget(desk)
    desk.show()
    qtbot.waitUntil(lambda: "只剩 20 天" in desk.banner.words.text())
    opened: list[Any] = []
    hand.answers["run"] = opened.append
    desk.banner.button.click()
    desk.actions_["certificates"].trigger()
    assert [type(sheet) for sheet in opened] == [KeysSheet, KeysSheet]
    assert opened[0]._person() == {"county": "331123", "bureau": "遂昌县经济商务局"}
    for sheet in opened:
        sheet.deleteLater()
    idle(qtbot)


def test_a_bundle_is_trusted_by_the_open_data_file_too(qtbot: Any, ws: Workspace, theme: object, pc: Pc,
                                                       hand: Hand) -> None:
    take(pc, enrol(pc))
    sheet = KeysSheet(None, pc.settings, lambda: NOW, workspace=ws)
    qtbot.addWidget(sheet)
    hand.answers["open_file"] = issuing.bundle(pc.desk.folder, pc.folder / "b.pem", now=NOW)[0]
    hand.fills[ImportSheet] = lambda s: s.key.setCurrentIndex(s.key.count() - 1)
    assert trusting.of(ws) is None
    sheet.import_bundle()
    known = trusting.of(ws)
    assert known is not None
    assert len(known.crls) == 1


def test_the_start_page_leads_to_the_keys(qtbot: Any, theme: object, pc: Pc, hand: Hand) -> None:
    from pairing_desktop.ui.start_page import StartPage

    page = StartPage(pc.settings)
    qtbot.addWidget(page)
    opened: list[Any] = []
    hand.answers["run"] = opened.append
    page.keys.click()
    assert [type(sheet) for sheet in opened] == [KeysSheet]
    opened[0].deleteLater()


def test_a_sheet_fits_a_low_screen_and_its_fields_scroll(qtbot: Any, theme: object, pc: Pc, hand: Hand,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    """1366 × 768 at 200 %: the buttons stay on the screen, trouble is scrolled into view."""
    from PySide6.QtCore import QRect

    low = QRect(0, 0, 683, 384)
    sheet = NewKeySheet(None, lambda: NOW)
    qtbot.addWidget(sheet)
    monkeypatch.setattr(type(sheet.screen()), "availableGeometry", lambda _screen: low)
    sheet.show()
    qtbot.waitExposed(sheet)
    assert sheet.height() <= low.height()
    assert sheet.width() <= low.width()
    assert sheet.yes.geometry().bottom() <= low.height()
    fill_new(pc)(sheet)
    pc.key.write_text("there already")
    sheet.yes.click()
    idle(qtbot)
    assert "已经存在" in sheet.problem.text()
    qtbot.waitUntil(lambda: sheet.problem.visibleRegion().boundingRect().height() > 0)
    assert pc.key.read_text() == "there already"
