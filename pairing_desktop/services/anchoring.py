"""What ties a packet to the data file's history: the journal's head, and its links since the last submission.

Whoever has the earlier packet can prove that nothing between the two was taken back or rewritten. A submission that
came in with another data file is no link of this chain: its packet carried the other's, and the merge's entry says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from pairing_desktop.store.journal import Entry
    from pairing_desktop.store.submissions import Submission


def history(conn: Connection) -> dict[str, Any]:
    """Return ``{seq, head, since, entries}``, and ``merges`` where any are among the entries.

    ``since`` is the head that the last submitted packet of this chain carried (None: none yet), ``entries`` the links
    after it as [what, digest]; ``merges`` what these entries say, as [number of the link, text].
    """
    from pairing_desktop.store import covered, journal, merges, submissions

    came = {one.identity for merge in merges.merges(conn) for one in merge.sent}
    done = {s.digest: s for s in submissions.submissions(conn) if s.state == "submitted" and s.identity not in came}
    links = journal.entries(conn)
    last = next((link for link in reversed(links) if link.what == "submission" and link.digest in done), None)
    since = _since(last, done[last.digest]) if last else None
    start = since["seq"] if since else 0
    seq, head = (links[-1].seq, links[-1].head) if links else (0, journal.head(conn).head)
    found = {"seq": seq, "head": head, "since": since,
             "entries": [[link.what, link.digest] for link in links[start:]]}
    told = [[number, text] for number, text in covered.texts(conn, merges.WHAT) if number > start]
    return {**found, "merges": told} if told else found


def _since(link: Entry, submission: Submission) -> dict[str, Any]:
    """Return the head as the submission's packet carried it: the one before its own link."""
    return {"identity": submission.identity, "seq": link.seq - 1, "head": link.previous_head}
