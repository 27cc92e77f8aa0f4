"""The floor: a pipeline that does the same work with as few AWS calls as it can, made raw, on the same emulator.

No validation, no rendering, no preferences, no idempotency, nothing that can be asked for afterwards: nobody could use
it. It says how much of a measured time is the emulator's.
"""
