"""The floor: a pipeline that makes the calls that ours makes, raw, on the same emulator, and does nothing else.

No validation, no rendering, no preferences, no idempotency, nothing that can be asked for afterwards: nobody could use
it. It says how much of a measured time is the emulator's. `plan.py` reads from the ledgers how many calls of which kind
that is, so the floor follows when ours change; `functions.py` makes them, and `deploy.py` puts them there.
"""
