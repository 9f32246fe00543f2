"""The forms that come with the program, read once for all tests of a run: it takes half a second."""

from functools import cache

from pairing_desktop import paths
from pairing_desktop.formspec.catalogue import Catalogue, load


@cache
def forms() -> Catalogue:
    return load(paths.forms())
