"""The root and revocation list that a data file trusts (they come with the province's task pack)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import structs

from pairing_desktop.errors import Problem, problem, system_reason, trouble
from pairing_desktop.services import writing
from pairing_desktop.services.workspace import Workspace
from pairing_desktop.settings import Settings
from pairing_desktop.signing.moment import day

if TYPE_CHECKING:
    from cryptography import x509

    from pairing_desktop.signing.enrolment import Bundle
    from pairing_desktop.signing.trust import Trust

ROOT, CRL = "trust/root", "trust/crl"
PC_ROOT = "trust.root"
"""The setting that names the root certificate trusted on this PC; its list lies beside it."""
ROOT_FILE, CRL_FILE = "root.pem", "root.crl.pem"


def keep(ws: Workspace, root: Path | None, crl: Path | None = None) -> None:
    """Trust this root and list from now on; a list alone goes to the root kept. Trouble: a file that is not one."""
    ws.writable()
    found = chosen(ws, root, crl)
    if found:
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
    return _matching(structs.replace(found, roots=known.roots), crl) if root is None and known else found


def of(ws: Workspace) -> Trust | None:
    """Return whom the data file trusts, None while no root was loaded."""
    from pairing_desktop.signing import reading
    from pairing_desktop.signing.trust import Trust

    root, crl = ws.store.meta(ROOT), ws.store.meta(CRL)
    if not root:
        return None
    roots = reading.certificates(root.encode())
    crls = reading.revocation_lists(crl.encode()) if crl else []
    return Trust(tuple(roots), tuple(crls), ws.clock())


def known(ws: Workspace) -> Trust | None:
    """Return by whom a data file's signers are judged: whom it trusts itself, else whom this PC does.

    A sample is signed with sample keys, which the PC's root knows nothing of.
    """
    here = None if ws.about.sample else on_this_pc(Settings())
    return of(ws) or (here and structs.replace(here, at=ws.clock()))


def unproved(ws: Workspace) -> Problem | None:
    """Return why nobody can say who a data file's signers are; None where there is a root to judge them by."""
    if known(ws) is not None:
        return None
    sample = ws.about.sample and on_this_pc(Settings()) is not None
    return problem("services.no_sample_root" if sample else "services.no_root")


def from_files(root: Path | None, crl: Path | None, *, at: datetime) -> Trust:
    """Return the trust of two files; without a root nothing is trusted.

    Trouble: no such files, or another authority's list, by which every signer would look like a stranger.
    """
    from pairing_desktop.signing import trust

    return _matching(trust.load([root] if root else [], [crl] if crl else [], at=at), crl)


def _matching(found: Trust, crl: Path | None) -> Trust:
    """Return a trust with those of its lists that are of its roots. Trouble: none is, or one that says so is not."""
    from pairing_desktop.signing import trust

    if not (found.roots and found.crls and crl):
        return found
    own = tuple(c for c in found.crls if any(trust.claims(c, r) for r in found.roots))
    good = all(any(trust.claims(c, r) and trust.usable(c, r) for r in found.roots) for c in own)
    if not own or not good:
        raise trouble("services.crl_of_other_root", file=crl.name)
    return structs.replace(found, crls=own)


def on_this_pc(settings: Settings) -> Trust | None:
    """Return whom this PC trusts, None while no root was taken; a file that has gone or is damaged counts as none."""
    from datetime import UTC

    from pairing_desktop.errors import Trouble
    from pairing_desktop.signing import trust

    name = settings.get(PC_ROOT, "")
    root = Path(name) if name else None
    if root is None or not root.is_file():
        return None
    crl = list_beside(root)
    try:
        return trust.load([root], [crl] if crl else [], at=datetime.fromtimestamp(0, UTC))
    except Trouble:
        return None


def list_beside(root: Path) -> Path | None:
    """Return the revocation list that lies beside a root certificate (``root.crl.pem``)."""
    names = (root.with_name(f"{root.stem}.crl.pem"), root.with_suffix(".crl"))
    return next((name for name in names if name.is_file()), None)


def keep_on_pc(settings: Settings, bundle: Bundle, *, now: datetime) -> tuple[Path, tuple[Problem, ...]]:
    """Trust a bundle's root on this PC and keep its list, unless a newer one of the same root is here.

    Return where the root stands, and remarks: an older list was left, a list is old or from the future.
    """
    from cryptography.hazmat.primitives.serialization import Encoding

    from pairing_desktop.signing import enrolment

    folder = settings.path.parent / "trust"
    known = on_this_pc(settings)
    crl, remarks = _newer(bundle, known)
    files = {ROOT_FILE: bundle.root.public_bytes(Encoding.PEM)}
    if crl is not None:
        files[CRL_FILE] = crl.public_bytes(Encoding.PEM)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if crl is None:
            (folder / CRL_FILE).unlink(missing_ok=True)
    except OSError as error:
        raise trouble("services.cannot_write", folder=folder, why=system_reason(error)) from error
    with writing.together(folder, files, grows=(ROOT_FILE,)) as (root, *_):
        settings.set(PC_ROOT, str(root))
    about = enrolment.about_list(() if crl is None else (crl,), now)
    return root, (*remarks, about) if about else remarks


def keep_bundle(ws: Workspace, path: Path) -> tuple[Problem, ...]:
    """Let a data file trust a bundle's root and list too. The root was confirmed before."""
    from pairing_desktop.signing import enrolment
    from pairing_desktop.signing.trust import Trust

    ws.writable()
    bundle = enrolment.load(path)
    crl, remarks = _newer(bundle, of(ws))
    with ws.store.begin():
        put(ws, Trust((bundle.root,), () if crl is None else (crl,), ws.clock()))
    return remarks


def _newer(bundle: Bundle, known: Trust | None) -> tuple[x509.CertificateRevocationList | None, tuple[Problem, ...]]:
    """Return the list to keep: the bundle's, or the one at hand of the same root when that is newer."""
    from pairing_desktop.signing import trust

    kept = [c for c in known.crls if trust.usable(c, bundle.root)] if known and bundle.root in known.roots else []
    if not kept:
        return bundle.crl, ()
    newest = max(kept, key=lambda c: c.last_update_utc)
    if bundle.crl is not None and bundle.crl.last_update_utc >= newest.last_update_utc:
        return bundle.crl, ()
    since = "没有" if bundle.crl is None else day(bundle.crl.last_update_utc)
    return newest, (problem("enrolment.old_list", since=since),)
