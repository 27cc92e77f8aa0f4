"""What a route is given beside its parameters: who calls, in which environment, when, and the stores."""

from contextvars import ContextVar
from datetime import datetime

from tocsin.domain.environments import ApiKey
from tocsin.domain.errors import AuthenticationRequiredError
from tocsin.domain.grants import UserRights
from tocsin.domain.reach import EVERYTHING, Reach
from tocsin.domain.values import dataclass
from tocsin.lambda_kit.services import Services


@dataclass(frozen=True, slots=True)
class CallFacts:
    """One request. `headers` are lower-case, `body` is the text as it came, `url` what the caller called; `key` is
    None on routes that need none.

    `rights` are those of the user token that came with a public key, None without one. `reach` is what the caller may
    touch by this route: everything with a secret key, with a user token its own user, in the tenants that it names.
    """

    services: Services
    key: ApiKey | None
    now: datetime
    request_id: str
    headers: dict[str, str]
    query: dict[str, list[str]]
    body: str
    url: str
    rights: UserRights | None = None
    reach: Reach = EVERYTHING

    @property
    def user_id(self) -> str | None:
        """The user whose token came; None without one."""
        return self.rights.user_id if self.rights else None

    @property
    def env(self) -> str:
        """The key's environment; a service token names one in the query, development by default."""
        if self.key is None:
            raise AuthenticationRequiredError("this endpoint needs an API key")
        if self.key.environment is not None:
            return self.key.environment
        return self.query.get("environment", ["development"])[-1]


_current: ContextVar[CallFacts] = ContextVar("call")


def set_current(facts: CallFacts) -> None:
    _current.set(facts)


def current_call() -> CallFacts:
    return _current.get()


# What a route names its parameter `call` by.
Call = CallFacts
