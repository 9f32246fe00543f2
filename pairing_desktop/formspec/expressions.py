"""The small safe language of computed fields and rules."""

from pairing_desktop.formspec.definition import Form


class Program:
    """All expressions of one form, parsed once."""

    def __init__(self, form: Form) -> None:
        self.form = form
