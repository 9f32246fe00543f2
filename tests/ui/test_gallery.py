"""The gallery's scenes know nothing of each other: none waits for an answer because of the one before."""

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from pairing_desktop.ui import ask
from tests import gallery_joint  # noqa: F401  # puts its scenes on the list
from tests.gallery import Nobody, shoot
from tests.gallery_scenes import Stage
from tests.gallery_window import opened
from tests.ui.conftest import Answers, enter

pytestmark = pytest.mark.gui


def test_one_scene_after_another_opens_a_copy_without_a_question(qtbot: Any, qapp: Any, tmp_path: Path, prepared: Path,
                                                                 theme: object, answers: Answers) -> None:
    stage = Stage(qapp, tmp_path, sample=prepared)
    for _ in range(2):
        window: Any = opened(stage, "lean_project").widget
        qtbot.addWidget(window)
        assert window.desk is not None
        assert not window.desk.workspace.readonly
        enter(window.desk.workspace, "enterprise", name="示例企业丁", county="遂昌县")
        assert window.close_workspace()
    assert not answers.asked


def test_a_scene_with_something_typed_in_it_closes_without_a_question(qapp: Any, tmp_path: Path, sample_file: Path,
                                                                      theme: object,
                                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = Nobody()
    monkeypatch.setattr(ask, "dialogs", nobody)
    shoot(Stage(qapp, tmp_path, sample=sample_file), "joint_page", (1366, 768), tmp_path, nobody)
    assert (tmp_path / "joint_page.png").stat().st_size
    assert not nobody.asked
