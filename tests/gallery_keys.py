"""The gallery's scenes of keys and certificates: the county's sheets and the province's."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from tests.gallery_scenes import NOW, Scene, Stage, scene

if TYPE_CHECKING:
    from pairing_desktop.services.issuing import Desk
    from pairing_desktop.settings import Settings

PASS, ROOT_PASS = "竹林 shanlu 42 lantern", "gaoshan 流水 copper 8"
QUICK = 14


def people(stage: Stage) -> tuple["Settings", Path, "Desk"]:
    """Return a PC with three keys (good, expiring, just made), their folder, and the province's desk."""
    from pairing_desktop.services import enrolling, issuing, key_keeping, key_ring
    from pairing_desktop.settings import Settings

    folder = stage.folder / f"keys{len(list(stage.folder.iterdir()))}"
    folder.mkdir()
    settings = Settings(folder / "settings.json")
    desk = issuing.begin(folder / "desk", ROOT_PASS, name="省级根证书（示例）", organisation="示例", now=NOW,
                         cost=QUICK)
    rows = (("head", "局长（示例）", 1095, True), ("reviewer", "企业科科长（示例）", 20, True),
            ("preparer", "企业科统计岗（示例）", 0, False))
    for role, name, days, issued in rows:
        who = key_keeping.person(name=name, role=role, county="331123", bureau="遂昌县经济主管部门（示例）")
        path = folder / f"遂昌县{name.removesuffix('（示例）')}.pairkey"
        card = key_keeping.make(path, who, PASS, now=NOW, cost=QUICK)
        if issued:
            asked = enrolling.request(path, PASS, folder / "申请", now=NOW)
            issuing.issue(desk.folder, ROOT_PASS, asked.request, who, asked.code, now=NOW, days=days)
            bundle, _ = issuing.bundle(desk.folder, folder / "证书包-20240711.pem", now=NOW)
            done = enrolling.import_bundle(bundle, settings=settings, now=NOW, place=path, secret=PASS,
                                           root_code=desk.root_code, cost=QUICK)
            assert done.card is not None
            card = done.card
        key_ring.remember(settings, card)
    return settings, folder, issuing.look(desk.folder, now=NOW)


@scene
def keys_sheet(stage: Stage) -> Scene:
    from pairing_desktop.ui.key_page import KeysSheet

    settings, _, _ = people(stage)
    return Scene(KeysSheet(None, settings, lambda: NOW))


@scene
def keys_empty(stage: Stage) -> Scene:
    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.key_page import KeysSheet

    return Scene(KeysSheet(None, Settings(stage.folder / "none.json"), lambda: NOW))


@scene
def keys_new(stage: Stage) -> Scene:
    from pairing_desktop.ui.key_sheets import NewKeySheet

    words = {"county": "331123", "name": "局长（示例）", "role": "head", "bureau": "遂昌县经济主管部门（示例）"}
    sheet = NewKeySheet(None, lambda: NOW, folder=Path("/home/user/文档"), person=words)

    def act() -> None:
        sheet.secret.first.setText("竹林 shanlu 4k2")
        sheet.secret.again.setText("竹林 shanlu 4k2")

    return Scene(sheet, then=act)


@scene
def keys_weak(stage: Stage) -> Scene:
    from pairing_desktop.ui.key_sheets import NewKeySheet

    sheet = NewKeySheet(None, lambda: NOW, folder=Path("/home/user/文档"), person={"county": "331123"})
    return Scene(sheet, then=lambda: sheet.secret.first.setText("suichang2024"))


@scene
def keys_request(stage: Stage) -> Scene:
    from pairing_desktop.services import key_keeping
    from pairing_desktop.ui.key_sheets import RequestSheet

    _, folder, _ = people(stage)
    card = key_keeping.look(folder / "遂昌县企业科统计岗.pairkey", now=NOW)
    return Scene(RequestSheet(None, card, lambda: NOW, folder=Path("/home/user/文档")))


@scene
def keys_import(stage: Stage) -> Scene:
    from pairing_desktop.services import enrolling, key_keeping
    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.key_sheets import ImportSheet

    _, folder, _ = people(stage)
    fresh = Settings(stage.folder / "fresh.json")
    view = enrolling.look_at_bundle(folder / "证书包-20240711.pem", fresh)
    card = key_keeping.look(folder / "遂昌县局长.pairkey", now=NOW)
    sheet = ImportSheet(None, view, fresh, lambda: NOW, keys=(card,))

    def act() -> None:
        sheet.code.setText("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE")
        sheet.secret.setText(PASS)
        sheet.act()

    return Scene(sheet, then=act)


@scene
def keys_token(stage: Stage) -> Scene:
    from pairing_desktop.ui.key_sheets import TokenSheet

    sheet = TokenSheet(None, stage.settings(), lambda: NOW)
    return Scene(sheet, then=lambda: sheet.make.setCurrentIndex(1))


@scene
def keys_export(stage: Stage) -> Scene:
    from pairing_desktop.services import key_keeping
    from pairing_desktop.ui.key_sheets import ExportSheet

    _, folder, _ = people(stage)
    return Scene(ExportSheet(None, key_keeping.look(folder / "遂昌县局长.pairkey", now=NOW), lambda: NOW))


@scene
def authority_sheet(stage: Stage) -> Scene:
    from pairing_desktop.services import issuing
    from pairing_desktop.ui.key_authority import AuthoritySheet

    settings, _, desk = people(stage)
    serial = desk.issued[1].certificate.serial
    issuing.revoke(desk.folder, ROOT_PASS, serial, reason="affiliation", at=NOW, now=NOW + timedelta(minutes=1))
    settings.set("authority.folder", str(desk.folder))
    return Scene(AuthoritySheet(None, settings, lambda: NOW + timedelta(hours=1)))


@scene
def authority_empty(stage: Stage) -> Scene:
    from pairing_desktop.ui.key_authority import AuthoritySheet

    return Scene(AuthoritySheet(None, stage.settings(), lambda: NOW))


@scene
def authority_new(stage: Stage) -> Scene:
    from pairing_desktop.ui.key_authority import NewAuthoritySheet

    sheet = NewAuthoritySheet(None, stage.settings(), lambda: NOW)
    return Scene(sheet, then=lambda: sheet.name.setText("省级根证书（示例）"))


@scene
def authority_new_token(stage: Stage) -> Scene:
    from pairing_desktop.ui.key_authority import NewAuthoritySheet

    sheet = NewAuthoritySheet(None, stage.settings(), lambda: NOW)
    return Scene(sheet, then=lambda: sheet.where.setCurrentIndex(1))


@scene
def authority_issue(stage: Stage) -> Scene:
    from pairing_desktop.services import issuing
    from pairing_desktop.ui.key_authority import IssueSheet

    _, folder, desk = people(stage)
    request = next((folder / "申请").glob("*.csr"))
    sheet = IssueSheet(None, desk, issuing.look_at_request(request), lambda: NOW)

    def act() -> None:
        sheet.code.setText("AAAAA-BBBBB-CCCCC-DDDDD-EEEEE")
        sheet.whom.show_person(name="局长（示例）", role="reviewer", county="331123")
        sheet.secret.setText(ROOT_PASS)
        sheet.act()

    return Scene(sheet, then=act)


@scene
def authority_revoke(stage: Stage) -> Scene:
    from pairing_desktop.ui.key_authority import RevokeSheet

    _, _, desk = people(stage)
    return Scene(RevokeSheet(None, desk, desk.issued[0], lambda: NOW))


@scene
def sign_panel_token(stage: Stage) -> Scene:
    """The panel with remembered keys, on a token."""
    from pairing_desktop.ui.sign_panel import SignPanel

    settings, folder, _ = people(stage)
    panel = SignPanel(folder / "a.asice", lambda: NOW, settings=settings)

    def act() -> None:
        panel.chooser.by_token.setChecked(True)
        panel.chooser.module.setText("C:\\Windows\\System32\\ukey_p11.dll")

    return Scene(panel, (308, 190), act)


@scene
def sign_panel_file(stage: Stage) -> Scene:
    """A file whose certificate expires soon."""
    from pairing_desktop.ui.sign_panel import SignPanel

    settings, folder, _ = people(stage)
    panel = SignPanel(folder / "a.asice", lambda: NOW, settings=settings)
    return Scene(panel, (308, 300), lambda: panel.key.setText(str(folder / "遂昌县企业科科长.pairkey")))


@scene
def settings_keys(stage: Stage) -> Scene:
    """The settings, with what falls due of this PC's keys."""
    from pairing_desktop.settings import Settings
    from pairing_desktop.ui.settings_page import SettingsPage
    from tests.gallery_scenes import signals

    settings, _, _ = people(stage)
    own = Settings()
    for name in ("keys", "trust.root"):
        own.set(name, settings.get(name))
    return Scene(SettingsPage(stage.sample(), signals()), page=True)


@scene
def window_keys_due(stage: Stage) -> Scene:
    """An open data file whose user's certificate expires soon."""
    from tests.gallery_window import opened

    settings, _, _ = people(stage)
    return opened(stage, "lean_project", lambda desk: desk.commands.keys_due(), settings=settings)
