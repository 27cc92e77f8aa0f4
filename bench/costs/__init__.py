"""What the project costs: the ledgers that the tests keep, priced. `python -m bench costs`, or `make cost`."""
