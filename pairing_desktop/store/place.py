"""Where a data file lies: refuses network shares, tells read-only media."""

import errno
import os
import sys
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pairing_desktop.errors import Trouble, trouble

_NETWORK_NAMES = """
nfs nfs4 cifs smb smb2 smb3 smbfs ncp ncpfs afs coda ceph glusterfs lustre beegfs davfs davfs2 gfs gfs2 ocfs2
fuse.sshfs fuse.smbnetfs fuse.davfs fuse.davfs2 fuse.glusterfs fuse.ceph fuse.rclone fuse.gvfsd-fuse fuse.curlftpfs
fuse.nfs fuse.cifs fuse.juicefs fuse.s3fs
"""
NETWORK_TYPES = frozenset(_NETWORK_NAMES.split())
"""File systems that reach other PCs, as /proc/self/mountinfo names them."""

MOUNTS = Path("/proc/self/mountinfo")
_REMOTE_DRIVE = 4


def refuse_network(path: Path) -> None:
    """Raise ``store.network`` when ``path`` lies on a network share: locks and the log fail there without a word."""
    if on_network(path):
        raise trouble("store.network", file=path.name)


def on_network(path: Path) -> bool:
    """Tell whether a path (existing or not) lies on a network share; unknown systems count as local."""
    whole = path.absolute()
    resolved = whole.resolve()
    if sys.platform == "win32":
        return _windows_remote(str(resolved)) or _windows_remote(str(whole))
    try:
        mounts = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return False
    return mount_type(mounts.splitlines(), PurePosixPath(resolved)) in NETWORK_TYPES


def mount_type(mounts: Iterable[str], path: PurePosixPath) -> str:
    """Return the file system type of ``path`` after lines of /proc/self/mountinfo (the last, longest mount wins)."""
    best, found = -1, ""
    for line in mounts:
        left, dash, right = line.partition(" - ")
        words = left.split(" ")
        if not dash or len(words) < 5:
            continue
        point = PurePosixPath(_unescaped(words[4]))
        if len(point.parts) >= best and path.is_relative_to(point):
            best, found = len(point.parts), right.split(" ", 1)[0]
    return found


def _unescaped(text: str) -> str:
    for code, sign in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, sign)
    return text


def _windows_remote(path: str) -> bool:
    if sys.platform == "win32":
        import ctypes

        plain = path.removeprefix("\\\\?\\")
        drive = Path(plain).drive
        if plain.startswith(("\\\\", "UNC\\")):
            return True
        return bool(drive) and ctypes.windll.kernel32.GetDriveTypeW(drive + "\\") == _REMOTE_DRIVE
    return False


def refuse_missing(path: Path) -> None:
    """Raise when there is no file to open."""
    if path.is_dir():
        raise trouble("store.folder", file=path.resolve().name or path)
    if not path.exists():
        raise trouble("store.missing", file=path)


def writable(path: Path) -> bool:
    """Tell whether an existing file and its folder take writing, by trying the file and asking for the folder."""
    try:
        with path.open("r+b"):
            return os.access(path.parent, os.W_OK)
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            return False
        raise trouble("store.cannot_open", file=path.name) from error


def explained(error: OSError, name: str) -> Trouble:
    """Return in plain words why a file could not be written."""
    if error.errno == errno.ENOSPC:
        return trouble("store.full", file=name)
    return trouble("store.cannot_write", file=name)
