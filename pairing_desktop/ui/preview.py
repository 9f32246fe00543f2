"""The real PDF on screen: pages turned and enlarged, drawn by PDFium in the background."""

from PySide6.QtWidgets import QWidget


class Preview(QWidget):
    """Shows one PDF (bytes)."""

    def show_pdf(self, data: bytes) -> None:
        """Show a document from its first page, or from the page shown before if it has one."""
