"""The root and revocation list that a data file trusts (they come with the province's task pack)."""

from __future__ import annotations

import dataclasses
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pairing_desktop.errors import trouble
from pairing_desktop.services.workspace import Workspace

if TYPE_CHECKING:
    from pairing_desktop.signing.trust import Trust

ROOT, CRL = "trust/root", "trust/crl"


def keep(ws: Workspace, root: Path, crl: Path | None = None) -> None:
    """Trust this root from now on. Trouble: a file that is not one."""
    ws.writable()
    found = from_files(root, crl, at=ws.clock())
    with ws.store.begin():
        put(ws, found)


def put(ws: Workspace, found: Trust) -> None:
    """Keep whom to trust; inside a writing transaction of this thread it joins that."""
    from cryptography.hazmat.primitives.serialization import Encoding

    ws.store.set_meta(ROOT, "".join(c.public_bytes(Encoding.PEM).decode() for c in found.roots))
    ws.store.set_meta(CRL, "".join(c.public_bytes(Encoding.PEM).decode() for c in found.crls))


def chosen(ws: Workspace, root: Path | None, crl: Path | None) -> Trust | None:
    """Return the trust that files name, a missing root being the one kept; None when no file is named."""
    if root is None and crl is None:
        return None
    found = from_files(root, crl, at=ws.clock())
    known = of(ws)
    if root is None and known is None:
        raise trouble("services.crl_without_root", file=crl.name if crl else "")
    return dataclasses.replace(found, roots=known.roots) if root is None and known else found


def of(ws: Workspace) -> Trust | None:
    """Return whom the data file trusts, None while no root was loaded."""
    from cryptography import x509

    from pairing_desktop.signing.trust import Trust

    root, crl = ws.store.meta(ROOT), ws.store.meta(CRL)
    if not root:
        return None
    crls = (x509.load_pem_x509_crl(crl.encode()),) if crl else ()
    return Trust(tuple(x509.load_pem_x509_certificates(root.encode())), crls, ws.clock())


def from_files(root: Path | None, crl: Path | None, *, at: datetime) -> Trust:
    """Return the trust of two files; without a root nothing is trusted."""
    from pairing_desktop.signing import trust

    return trust.load([root] if root else [], [crl] if crl else [], at=at)
