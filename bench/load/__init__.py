"""Throughput, latency and growth of the deployed local stack, measured beside the floor: the same work by raw calls.

`stack.py` brings up a stack of its own, `floor/` deploys the floor onto the same emulator, `contestants.py` is what
both can be asked for, `races.py` asks them by turns, `growth.py` measures one thing as it gets longer, `report.py` and
`charts.py` write docs/performance.md, and `command.py` is the order in which all of it happens.
"""
