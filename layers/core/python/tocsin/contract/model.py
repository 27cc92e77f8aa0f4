"""The bases of what is on the wire. A model is built when it is first used: a function knows more of them than any one
request asks for, and building one takes three million instructions at the start."""

from typing import Generic, TypeVar

import pydantic

_RootT = TypeVar("_RootT")
_WHEN_USED = pydantic.ConfigDict(defer_build=True)


class Model(pydantic.BaseModel):
    model_config = _WHEN_USED


class RootModel(pydantic.RootModel[_RootT], Generic[_RootT]):
    model_config = _WHEN_USED
