"""PDFium by two threads at once: the program reads a report while another is drawn."""

import subprocess
import sys

TWO = """
import io
from contextlib import closing
from threading import Thread
from reportlab.pdfgen.canvas import Canvas
from pairing_desktop import pdfium

held = io.BytesIO()
canvas = Canvas(held)
for number in range(3):
    canvas.drawString(72, 720, f"page {number}")
    canvas.showPage()
canvas.save()

def draw():
    for _ in range(150):
        with pdfium.opened(held.getvalue()) as document, closing(document[0]) as page:
            page.render(scale=2).close()

def read():
    for _ in range(150):
        with pdfium.opened(held.getvalue()) as document:
            for number in range(3):
                with closing(document[number]) as page, closing(page.get_textpage()) as layer:
                    assert layer.get_text_range().strip() == f"page {number}"

with pdfium.opened(held.getvalue()), pdfium.opened(held.getvalue()) as twice:
    print(len(twice))
both = [Thread(target=draw), Thread(target=read)]
for each in both:
    each.start()
for each in both:
    each.join()
print("through")
"""
"""Breaks at once where both are in PDFium: memory is freed twice."""


def test_a_report_is_read_while_another_is_drawn() -> None:
    done = subprocess.run([sys.executable, "-c", TWO], capture_output=True, text=True, check=False, timeout=120)
    assert (done.stdout.split(), done.stderr, done.returncode) == (["3", "through"], "", 0)
