"""Users on the deployed stack: what goes in comes out."""

import httpx
import pytest
from knockapi import NotFoundError

from tests.builders.stack import Product

TEXT = (
    '{"name":"Jane","plan":{"tier":"pro","seats":[1,2,{"deep":null}]},"exact":1.10,'
    '"big":123456789012345678901234567890,"tiny":1E-30,"nothing":null,"":"","naïve 😀":"ü","yes":true}'
)


def _put_raw(product: Product, user_id: str, text: str) -> httpx.Response:
    return product.call("PUT", f"/v1/users/{user_id}", content=text)


def test_custom_properties_come_back_exactly_as_they_were_sent(product: Product) -> None:
    answer = _put_raw(product, product.id("exact"), TEXT).text
    for fragment in (
        '"exact":1.10',
        '"big":123456789012345678901234567890',
        '"tiny":1E-30',
        '"nothing":null',
        '"":""',
    ):
        assert fragment in answer
    assert '"plan":{"tier":"pro","seats":[1,2,{"deep":null}]}' in answer
    assert '"naïve 😀":"ü"' in answer


def test_identify_merges_deeply_and_null_overwrites(product: Product) -> None:
    user_id = product.id("merge")
    product.knock.users.update(user_id, extra_body={"name": "A", "plan": {"tier": "pro", "seats": 3}})
    product.knock.users.update(user_id, extra_body={"plan": {"seats": None}})

    user = product.knock.users.get(user_id).model_dump()
    assert (user["name"], user["plan"]) == ("A", {"tier": "pro", "seats": None})


def test_a_deleted_user_is_gone_with_all_messages(product: Product) -> None:
    user_id = product.user("gone")
    product.knock.users.delete(user_id)
    with pytest.raises(NotFoundError):
        product.knock.users.get(user_id)
    assert product.messages_of(user_id) == []


@pytest.mark.parametrize(
    "word", ["per%cent", "a b", "ünï", "😀", "a@b.c", "x:y", "$tenants", "100%25", "a+b", "~!*'()"]
)
def test_unusual_ids_are_ids_like_any_other(product: Product, word: str) -> None:
    user_id = product.id(word)
    product.knock.users.update(user_id, name="Odd")
    assert product.knock.users.get(user_id).id == user_id
    product.knock.users.delete(user_id)


def test_a_browser_s_unencoded_id_is_understood(product: Product) -> None:
    user_id = product.user("jané")
    encoded = httpx.URL(f"{product.stack.api_url}/v1/users/{user_id}")
    assert (
        product.http.get(encoded, headers={"Authorization": f"Bearer {product.stack.public_key}"}).json()[
            "id"
        ]
        == user_id
    )
