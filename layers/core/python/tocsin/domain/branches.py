"""Branches, of which there are none."""

NO_BRANCHES = (
    "Tocsin has no branches: keep a version of your own in a branch of your repository, "
    "and push it to an environment; `python -m admin environments` makes one"
)
