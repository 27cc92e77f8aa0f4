"""Merges that follow one another: whoever still takes somebody over is not merged away meanwhile."""

import pytest

from tests.builders.messages import ENV, START, a_draft, put
from tests.builders.outside import Tasks
from tocsin.domain.errors import ConflictError
from tocsin.domain.listing import Span
from tocsin.domain.recipients import user
from tocsin.lambda_kit.services import Services
from tocsin.usecases import merge_users as merging
from tocsin.usecases.identify import identify
from tocsin.usecases.merge_users import MergePorts, finish_merge, merge_users

BEA, ANN, CLEO = user("bea"), user("ann"), user("cleo")


def test_a_chain_of_merges_loses_no_message(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "AT_ONCE", 2)
    for ref in (BEA, ANN, CLEO):
        identify(services.recipients, ENV, ref, {"name": ref.id}, START)
    ids = put(services, *(a_draft(number, recipient=BEA) for number in range(15)))
    ports = MergePorts(services.recipients, services.takeovers, services.removals)
    tasks = Tasks()
    merge_users(ports, tasks, ENV, ANN.id, BEA.id, START)

    with pytest.raises(ConflictError, match="still taking over"):
        merge_users(ports, Tasks(), ENV, CLEO.id, ANN.id, START)
    for task in tasks.take():
        finish_merge(ports, task)
    merge_users(ports, tasks, ENV, CLEO.id, ANN.id, START)
    for task in tasks.take():
        finish_merge(ports, task)

    channels = [channel.id for channel in services.channels.all(ENV)]
    found = services.message_lists.of_recipient(ENV, CLEO, channels, Span(), 100)
    assert {message.id for message in found} == set(ids)
