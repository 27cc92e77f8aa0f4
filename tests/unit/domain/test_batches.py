"""What becomes of the data of many triggers."""

from tocsin.domain.batches import combined_data, distinct_actors
from tocsin.domain.recipients import user

FILE = {"name": "a.txt", "content_type": "text/plain", "content": "aGk="}


def test_the_later_word_wins_also_where_it_is_nested_and_so_goes() -> None:
    assert combined_data([{"a": 1, "b": 1}, {"b": 2, "a": {"deep": 1}}], {}) == {"b": 2}


def test_files_of_the_first_trigger_stay_wherever_they_lie() -> None:
    opening = {"attachments": [FILE], "mail": {"invoice": FILE}, "list": [1], "n": 1}
    assert combined_data([{"n": 1}], opening) == {"n": 1, "attachments": [FILE], "mail": {"invoice": FILE}}


def test_a_text_is_cut_by_its_characters() -> None:
    assert combined_data([{"text": "é" * 257}], {}) == {"text": "é" * 256}


def test_actors_stand_in_the_order_of_their_first_activity() -> None:
    ann, ben = user("ann"), user("ben")
    assert distinct_actors([ben, None, ann, ben]) == [ben, ann]
