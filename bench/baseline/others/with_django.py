"""Django: its ORM, and a row for each recipient in a loop, as apps for notifications do it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID, uuid5

import django
from django.conf import settings
from django.db import IntegrityError, models

from bench.baseline.others.triggers import Tell, Trigger
from bench.baseline.service.rendering import blocks

VARIABLES = {
    "NAME": "PGDATABASE",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
    "HOST": "PGHOST",
    "PORT": "PGPORT",
}

settings.configure(
    USE_TZ=True,
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            **{name: os.environ[variable] for name, variable in VARIABLES.items()},
        }
    },
)
django.setup()


class _Table(models.Model):
    """One of those that are there."""

    class Meta:
        abstract = True
        app_label = "others"
        managed = False


class Workflow(_Table):
    key = models.TextField(primary_key=True)
    markdown_body = models.TextField()
    action_url = models.TextField()

    class Meta(_Table.Meta):
        db_table = "workflows"


class User(_Table):
    id = models.TextField(primary_key=True)
    properties = models.JSONField()

    class Meta(_Table.Meta):
        db_table = "users"


class StoredTrigger(_Table):
    id = models.UUIDField(primary_key=True)
    workflow = models.TextField()
    data = models.JSONField()
    inserted_at = models.DateTimeField(auto_now_add=True)

    class Meta(_Table.Meta):
        db_table = "triggers"


class Message(_Table):
    id = models.UUIDField(primary_key=True)
    user_id = models.TextField()
    trigger_id = models.UUIDField()
    workflow = models.TextField()
    data = models.JSONField()
    blocks = models.JSONField()
    inserted_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta(_Table.Meta):
        db_table = "messages"


@contextmanager
def running() -> Iterator[Tell]:
    yield _tell


def _tell(trigger: Trigger) -> None:
    workflow = Workflow.objects.get(key=trigger.workflow)
    StoredTrigger.objects.get_or_create(
        id=UUID(trigger.id), defaults={"workflow": workflow.key, "data": trigger.data}
    )
    for user in User.objects.filter(id__in=trigger.recipients):
        with suppress(IntegrityError):  # it has been told
            _notify(user, workflow, trigger)


def _notify(user: User, workflow: Workflow, trigger: Trigger) -> None:
    recipient = {**user.properties, "id": user.id}
    Message.objects.create(
        id=uuid5(UUID(trigger.id), user.id),
        user_id=user.id,
        trigger_id=UUID(trigger.id),
        workflow=workflow.key,
        data=trigger.data,
        blocks=blocks(workflow.markdown_body, workflow.action_url, trigger.data, recipient),
    )
