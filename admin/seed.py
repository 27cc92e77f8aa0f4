"""What an account needs before its first call: environments, channels and an email layout. Safe to repeat."""

from dataclasses import dataclass, field

from admin.connection import AdminError, Stores, connect, readable_errors
from admin.local_channels import make_local_channels
from tocsin.domain.channels import Channel
from tocsin.domain.definition_content import content_of
from tocsin.domain.definitions import DefinitionKind
from tocsin.domain.environments import DEVELOPMENT, PRODUCTION, Environment, KeyKind
from tocsin.rendering.default_layout import DEFAULT_LAYOUT, DEFAULT_LAYOUT_KEY
from tocsin.usecases.api_keys import create_api_key
from tocsin.usecases.commit_definition import Authorship
from tocsin.usecases.configure_channels import set_channel
from tocsin.usecases.rsa_keys import new_key_pair
from tocsin.usecases.save_definition import save_and_commit
from tocsin.usecases.signing_keys import create_signing_key
from tocsin.usecases.validate_layout import validate_layout

ENVIRONMENTS = ((DEVELOPMENT, "Development"), (PRODUCTION, "Production"))
AUTHOR = "seed"
SENDER_NAME = "Tocsin"


@dataclass(frozen=True)
class Sender:
    """Who emails come from. `name` is None where the person named none."""

    address: str
    name: str | None = None


@dataclass(frozen=True)
class Seeded:
    """Channel ids by key, and a line for each thing that was made or changed."""

    channels: dict[str, str] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SeededStack:
    """All that a client of a local stack needs to know. `signing_key` is the private half, in PEM."""

    environment: str
    secret_key: str
    public_key: str
    service_token: str
    channels: dict[str, str]
    signing_key: str = field(repr=False)


def seed_local(table_name: str, endpoint_url: str, sender: str, *, sink: str) -> SeededStack:
    """Seeds the stack on an emulator and makes keys for its development environment, which has a channel of each
    type: SMS go to the emulator, what goes over HTTP to the server at `sink`. Raises AdminError."""
    with readable_errors(table_name, endpoint_url):
        stores = connect(table_name, endpoint_url)
        seeded = seed(stores, Sender(sender))
        channels = seeded.channels | make_local_channels(stores, DEVELOPMENT, sink)
        pair = new_key_pair()
        create_signing_key(
            stores.signing_key_ports, DEVELOPMENT, stores.clock(), name="local", public_key=pair.public_key
        )
        return SeededStack(
            environment=DEVELOPMENT,
            secret_key=_local_key(stores, KeyKind.SECRET, DEVELOPMENT),
            public_key=_local_key(stores, KeyKind.PUBLIC, DEVELOPMENT),
            service_token=_local_key(stores, KeyKind.SERVICE, None),
            channels=channels,
            signing_key=pair.private_key,
        )


def _local_key(stores: Stores, kind: KeyKind, environment: str | None) -> str:
    return create_api_key(stores.api_key_ports, kind, environment, stores.clock(), name="local").key


def seed(stores: Stores, sender: Sender | None) -> Seeded:
    """Makes what is missing and leaves the rest: ids, keys and edited layouts survive. A sender given is set."""
    seeded = Seeded()
    if sender is None and _channel(stores, DEVELOPMENT, "email") is None:
        raise AdminError("the email channel needs a sender: --sender notifications@example.com")
    for order, (slug, name) in enumerate(ENVIRONMENTS):
        _seed_environment(stores, slug, name, order, seeded)
        _seed_in_app(stores, slug, seeded)
        _seed_email(stores, slug, sender, seeded)
        _seed_layout(stores, slug, seeded)
        seeded.channels.update((channel.key, channel.id) for channel in stores.channels.all(slug))
    return seeded


def _seed_environment(stores: Stores, slug: str, name: str, order: int, seeded: Seeded) -> None:
    if stores.environments.get(slug) is None:
        now = stores.clock()
        stores.environments.put(Environment(slug, name, order, now, now))
        seeded.changes.append(f"environment {slug}")


def _seed_in_app(stores: Stores, slug: str, seeded: Seeded) -> None:
    if _channel(stores, slug, "in-app") is None:
        sent = {"name": "In-app feed", "provider": "in_app_feed_knock"}
        set_channel(stores.channel_ports, slug, "in-app", sent, stores.clock())
        seeded.changes.append(f"channel in-app in {slug}")


def _seed_email(stores: Stores, slug: str, sender: Sender | None, seeded: Seeded) -> None:
    before = _channel(stores, slug, "email")
    if sender is None:
        if before is None:
            raise AdminError(
                f"the email channel of {slug} needs a sender: --sender notifications@example.com"
            )
        return
    settings = {"from_address": sender.address, **({"from_name": sender.name} if sender.name else {})}
    if before is None:
        new = {
            "name": "Email",
            "provider": "email_aws_ses",
            "settings": {"from_name": SENDER_NAME} | settings,
        }
        set_channel(stores.channel_ports, slug, "email", new, stores.clock())
        seeded.changes.append(f"channel email in {slug}")
    elif set_channel(stores.channel_ports, slug, "email", {"settings": settings}, stores.clock()) != before:
        seeded.changes.append(f"sender of the channel email in {slug}")


def _channel(stores: Stores, slug: str, key: str) -> Channel | None:
    return next((channel for channel in stores.channels.all(slug) if channel.key == key), None)


def _seed_layout(stores: Stores, slug: str, seeded: Seeded) -> None:
    kind = DefinitionKind.EMAIL_LAYOUT
    if stores.definitions.draft(slug, kind, DEFAULT_LAYOUT_KEY) is not None:
        return
    content = content_of(kind, dict(DEFAULT_LAYOUT))
    validate_layout(DEFAULT_LAYOUT_KEY, content)
    authorship = Authorship(AUTHOR, "The layout to start with", stores.clock(), stores.new_uuid)
    save_and_commit(stores.definitions, slug, kind, DEFAULT_LAYOUT_KEY, content, authorship)
    seeded.changes.append(f"email layout {DEFAULT_LAYOUT_KEY} in {slug}")
