"""The same notifications as other teams would build them: a job, a row or a workflow for each recipient.

Each is a module with `running()`, within which it takes triggers; `front.py` runs one in a process and hands it those
that it is asked for. All of them keep what they keep in the tables of the hand-rolled service (`rows.py`).
"""
