"""Where a file lies: read-only media open for reading, network shares are refused."""

import os
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from pairing_desktop.errors import Trouble
from pairing_desktop.store import place
from pairing_desktop.store.engine import Store
from tests import outside_tools
from tests.store.entries import NOW, put


def test_a_read_only_folder_opens_for_reading(path: Path, file_store: Store) -> None:
    """The rows are there to read; nothing is laid beside the file, and writing is refused in words."""
    with file_store.begin() as tx:
        put(tx)
    file_store.close()
    read_only(path)
    code = (
        "import sys; from datetime import datetime, UTC; from pathlib import Path\n"
        "from pairing_desktop.store.engine import Store; from pairing_desktop.store import records\n"
        "now = datetime(2024, 7, 11, tzinfo=UTC)\n"
        "store = Store.open(Path(sys.argv[1]), now=now)\n"
        "assert store.readonly and store.writer is None\n"
        "with store.reading() as conn: print(records.select(conn)[0].label)\n"
        "try: records.save_draft(store, 'k', form='f', payload='{}', at=now)\n"
        "except Exception as error: print(error.problems[0].code)\n"
        "store.close()\n"
    )
    try:
        assert run_bound(code, path) == ["双彩", "store.readonly"]
        assert [each.name for each in path.parent.iterdir()] == [path.name]
    finally:
        path.parent.chmod(0o755)


def test_a_file_named_from_where_one_stands_says_where_it_lies(path: Path, file_store: Store,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    file_store.close()
    monkeypatch.chdir(path.parent)
    opened = Store.open(Path(path.name), now=NOW, write=False)
    assert opened.path == path
    opened.close()


def read_only(path: Path) -> None:
    path.chmod(0o444)
    path.parent.chmod(0o555)


def run_bound(code: str, path: Path) -> list[str]:
    """Run where permissions bind: root puts off its power to write anywhere."""
    words = [sys.executable, "-c", code, str(path)]
    if os.geteuid() == 0:
        words = [outside_tools.need("setpriv", "util-linux"), "--bounding-set=-all", "--inh-caps=-all", *words]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
40 27 0:50 / /mnt/nas rw,relatime shared:1 - cifs //nas/share rw
41 27 0:51 / /mnt/nas/本机\\040盘 rw,relatime - ext4 /dev/vdb rw
42 27 0:52 / /srv rw,relatime - nfs4 nas:/srv rw
43 27 0:53 / /srv rw,relatime - ext4 /dev/vdc rw
44 27 0:54 / /home/u/网盘 rw,relatime - fuse.sshfs u@h: rw
45 cut
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/u/a.pairing", "ext4"),
        ("/mnt/nas/遂昌/a.pairing", "cifs"),
        ("/mnt/nasty/a.pairing", "ext4"),
        ("/mnt/nas/本机 盘/a.pairing", "ext4"),
        ("/srv/a.pairing", "ext4"),
        ("/home/u/网盘/a.pairing", "fuse.sshfs"),
    ],
)
def test_mounts_are_told_apart(path: str, kind: str) -> None:
    assert place.mount_type(MOUNTS.splitlines(), PurePosixPath(path)) == kind


def test_a_network_share_is_refused(path: Path, file_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    file_store.close()
    mounts = path.with_name("mountinfo")
    share = str(path.parent).replace(" ", "\\040")
    mounts.write_text(f"1 1 0:1 / / rw - ext4 x rw\n2 1 0:2 / {share} rw - nfs4 x rw\n")
    monkeypatch.setattr(place, "MOUNTS", mounts)
    for attempt in (lambda: Store.open(path, now=NOW, write=False), lambda: new(path)):
        with pytest.raises(Trouble, match="在网络共享盘上"):
            attempt()
    assert not path.with_name("新.pairing").exists()


def new(path: Path) -> Store:
    return Store.create(path.with_name("新.pairing"), now=NOW, meta={})


def test_a_read_only_medium_not_closed_properly_is_told(path: Path, file_store: Store, tmp_path: Path) -> None:
    """The last rows are in the log, which cannot be read there: better told than left out."""
    with file_store.begin() as tx:
        put(tx)
    stick = tmp_path / "u盘"
    stick.mkdir()
    for ending in ("", "-wal"):
        (stick / (path.name + ending)).write_bytes(path.with_name(path.name + ending).read_bytes())
    read_only(stick / path.name)
    code = (
        "import sys; from datetime import datetime, UTC; from pathlib import Path\n"
        "from pairing_desktop.store.engine import Store\n"
        "try: Store.open(Path(sys.argv[1]), now=datetime.now(UTC))\n"
        "except Exception as error: print(error.problems[0].code)\n"
    )
    try:
        assert run_bound(code, stick / path.name) == ["store.unsettled_medium"]
    finally:
        stick.chmod(0o755)
