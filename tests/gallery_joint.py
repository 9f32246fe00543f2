"""The gallery's scenes of countersigning and of signing on paper, over the real sample."""

from pathlib import Path
from typing import TYPE_CHECKING

from tests.gallery_scenes import NOW, QUARTER, Scene, Stage, finalised, scene, signals, signed

if TYPE_CHECKING:
    from pairing_desktop.services.demo import Keys
    from pairing_desktop.services.workspace import Workspace


def sent(stage: Stage, *, answered: str = "", heads: int = 0) -> "tuple[Workspace, Path, Keys]":
    """Return the sample with its joint part made, answered and signed as told."""
    from pairing_desktop.exchange.joint import Dispute
    from pairing_desktop.services import demo, joining

    ws = stage.sample()
    path = joining.make(ws, QUARTER, ws.path.parent).path
    for name in ("trust", "keys"):
        (path.parent / name).mkdir(exist_ok=True)
    keys = demo.make_keys(path.parent, clock=lambda: NOW)
    if answered:
        view = joining.describe(path)
        sheet = next(s for s in view.sheets if s.form == "park_progress")
        said = [Dispute(sheet.form, sheet.key, sheet.fields[n].path, words)
                for n, words in ((1, "我区账上是另一个数，请核对"), (4, "按协议应由遂昌县填报"))]
        joining.answer(path, name="南湖区经信商务局", now=NOW, disputes=said if answered == "disputed" else ())
    for key, password in ((keys.partner, keys.partner_password), (keys.files["head"], keys.passwords["head"]))[:heads]:
        joining.sign_joint(path, key, password, now=NOW)
    return ws, path, keys


def step(ws: "Workspace", name: str = "joint") -> Scene:
    from pairing_desktop.ui.submit_page import SubmitPage

    page = SubmitPage(ws, signals())
    page.show_quarter(QUARTER)
    return Scene(page, then=lambda: page.show_step(name), page=True)


def opened(stage: Stage, path: Path) -> Scene:
    from pairing_desktop.ui.joint_page import JointPage

    return Scene(JointPage(path, settings=stage.settings(), clock=lambda: NOW))


@scene
def joint_step_unsent(stage: Stage) -> Scene:
    return step(stage.sample())


@scene
def joint_step_disputed(stage: Stage) -> Scene:
    from pairing_desktop.services import joining

    ws, path, _ = sent(stage, answered="disputed")
    joining.take_in(ws, path)
    return step(ws)


@scene
def joint_step_signed(stage: Stage) -> Scene:
    from pairing_desktop.services import joining

    ws, path, _ = sent(stage, answered="confirmed", heads=2)
    joining.take_in(ws, path)
    return step(ws)


@scene
def joint_step_outdated(stage: Stage) -> Scene:
    """The joint part was countersigned by forms that the county has exchanged since."""
    from msgspec.structs import replace

    from pairing_desktop.services import countersigning, joining

    ws, path, _ = sent(stage, answered="confirmed", heads=2)
    made = joining.take_in(ws, path).standing.kept
    assert made is not None
    countersigning.keep(ws, QUARTER, replace(made, forms={**made.forms, "park": "an older form's"}))
    return step(ws)


@scene
def joint_step_changed(stage: Stage) -> Scene:
    from pairing_desktop.services import entering, joining

    ws, path, _ = sent(stage, answered="confirmed", heads=2)
    joining.take_in(ws, path)
    line = entering.list_records(ws, "park_progress", quarter=QUARTER).lines[0]
    draft = entering.open_record(ws, form="park_progress", key=line.key, quarter=QUARTER).draft
    draft.type("land_built", "50")
    entering.save(ws, draft, why="画册")
    return step(ws)


@scene
def joint_final(stage: Stage) -> Scene:
    return step(stage.sample(), "final")


@scene
def joint_page(stage: Stage) -> Scene:
    _, path, _ = sent(stage)
    made = opened(stage, path)

    def dispute() -> None:
        page = made.widget
        page.fields.sheets.selectRow(2)  # type: ignore[attr-defined]
        page.fields.fields.selectRow(3)  # type: ignore[attr-defined]
        page.fields.words.edit.setPlainText("我区账上是另一个数，请核对")  # type: ignore[attr-defined]
        page.fields.put.click()  # type: ignore[attr-defined]
        page.name.setText("南湖区经信商务局")  # type: ignore[attr-defined]

    return Scene(made.widget, then=dispute)


@scene
def joint_page_confirmed(stage: Stage) -> Scene:
    return opened(stage, sent(stage, answered="confirmed", heads=1)[1])


@scene
def joint_page_disputed(stage: Stage) -> Scene:
    return opened(stage, sent(stage, answered="disputed")[1])


@scene
def joint_page_done(stage: Stage) -> Scene:
    return opened(stage, sent(stage, answered="confirmed", heads=2)[1])


@scene
def joint_verdict(stage: Stage) -> Scene:
    from pairing_desktop.services import reviewing
    from pairing_desktop.ui.verdict_page import VerdictPage

    _, path, keys = sent(stage, answered="confirmed", heads=2)
    found = reviewing.verify_files([path], trust=keys.root, crl=keys.crl, now=NOW)[0]
    return Scene(VerdictPage(found, clock=lambda: NOW))


def on_paper(stage: Stage) -> Path:
    """Return a packet whose head signed on paper."""
    from pairing_desktop.services import paper_signing

    ws = finalised(stage)
    packet = signed(ws, ("preparer", "reviewer"))
    scan = packet.parent / "报送签批单.pdf"
    paper_signing.write_slip(packet, scan)
    paper_signing.sign(packet, packet.parent / "keys" / "bureau.p12", "demo-bureau", role="head", scan=scan, now=NOW)
    return packet


@scene
def paper_signed(stage: Stage) -> Scene:
    from pairing_desktop.ui.sign_page import SignPage

    return Scene(SignPage(on_paper(stage), settings=stage.settings(), clock=lambda: NOW))


@scene
def paper_verdict(stage: Stage) -> Scene:
    from tests.gallery_scenes import verdict_of

    return verdict_of(on_paper(stage))


@scene
def paper_sheet(stage: Stage) -> Scene:
    from pairing_desktop.ui.paper_sheet import PaperSheet

    packet = signed(finalised(stage), ("preparer", "reviewer"))
    return Scene(PaperSheet(None, packet, "head", lambda: NOW))
