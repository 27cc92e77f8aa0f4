"""What the project costs: the ledger that the tests keep, priced. `python -m bench costs`, or `make cost`."""
