"""Files that travel between people: the packet now; slip, receipt, setup pack and spreadsheets come beside it.

- ``packet`` build, open, sign, verify: what callers use · ``packet_parts`` what a packet consists of
- ``verifying`` finds out what a file is · ``packet_verdict`` the receiving rule · ``verdict`` the answers
"""
