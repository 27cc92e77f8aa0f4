"""What vendors' email APIs have in common: settings, where they are, how they name mailboxes."""

from collections.abc import Iterable, Mapping
from email.headerregistry import Address

from tocsin.channels.base import Outgoing
from tocsin.domain.providers import EMAIL_SETTINGS, Setting, choice, web_url

US, EU = "us", "eu"

API_SETTINGS: Mapping[str, Setting] = {**EMAIL_SETTINGS, "base_url": Setting(web_url)}
# Of vendors that keep accounts of either side of the Atlantic apart.
REGIONAL_SETTINGS: Mapping[str, Setting] = {**API_SETTINGS, "region": Setting(choice(US, EU))}


def regional_url(outgoing: Outgoing, hosts: Mapping[str, str]) -> str:
    return outgoing.base_url(hosts[outgoing.settings.get("region") or US])


def named(mailbox: Address, email: str = "email", name: str = "name") -> dict[str, str]:
    """`{"email": …, "name": …}` in the vendor's own words; without a name, no name."""
    return {email: mailbox.addr_spec, **({name: mailbox.display_name} if mailbox.display_name else {})}


def joined(mailboxes: Iterable[Address]) -> str:
    """As one header has them, in plain Unicode: the vendor encodes."""
    return ", ".join(map(str, mailboxes))


def filled(**fields: object) -> dict[str, object]:
    """Without what is empty: vendors refuse an empty text where they take none at all."""
    return {name: value for name, value in fields.items() if value}
