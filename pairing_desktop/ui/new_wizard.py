"""A new data file: county, partner, bureau, people, where to store it."""

from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget


class NewWizard(QDialog):
    """Four short steps; ``created`` holds the new file after it was accepted (``ask.dialogs.run(wizard)``)."""

    created: Path | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.created = None
