"""The peers: the same job as Python teams would build it by hand, on PostgreSQL, measured beside ours.

`service/` is what a team would write that has everything in PostgreSQL. `servers.py` runs it, with a PostgreSQL of its
own (`postgres.py`); `peer.py` is what it can be asked for. `others/` are what teams would write who do a recipient at a
time; `one_by_one.py` runs them, one with a Redis of its own (`redis.py`), in the same PostgreSQL. `ours.py` runs our
handlers in a process of their own; `contest.py` lets all take turns; `report.py` says what came of it, and `notes.md`
what the numbers do not say.
"""
