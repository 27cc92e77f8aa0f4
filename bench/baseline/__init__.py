"""The peer: the same job as a Python team would build it by hand, on PostgreSQL, measured beside ours.

`service/` is what such a team would write. `servers.py` runs it, with a PostgreSQL of its own (`postgres.py`);
`peer.py` is what it can be asked for; `ours.py` runs our handlers in a process of their own; `contest.py` lets both
take turns; `report.py` says what came of it, and `notes.md` what the numbers do not say.
"""
