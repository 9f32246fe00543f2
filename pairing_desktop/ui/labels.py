"""Words of forms as the screen shows them."""


def plain(label: str) -> str:
    """Return a label without the line breaks meant for paper."""
    return label.replace("\n", "")
