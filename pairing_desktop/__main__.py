"""``python -m pairing_desktop``: the same as the ``pairing-desktop`` command."""

import sys

from pairing_desktop.app import main

if __name__ == "__main__":
    sys.exit(main())
