"""Branches on the wire: a list that is always empty."""

from typing import Any

from pydantic import BaseModel

from tocsin.contract.paging import PageInfoOut


class BranchesPageOut(BaseModel):
    entries: list[dict[str, Any]]
    page_info: PageInfoOut
