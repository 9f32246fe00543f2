"""Work that makes hundreds of thousands of objects and drops none of them in a ring.

Python's collector looks through all of them again and again and finds nothing: a quarter of an import's time.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector still meanwhile; what is dropped outside a ring is freed at once all the same."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
