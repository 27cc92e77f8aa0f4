"""Branches, of which there are none."""

NO_BRANCHES = (
    "there are no branches here: keep definitions in a branch of your repository and push them to an environment; "
    "`python -m admin environments create` makes one"
)
