"""The table, built from the one description of it."""

from typing import Any

from tocsin.store.keys import TABLE


def create_table(dynamodb: Any, name: str) -> None:
    attributes = [TABLE.partition_key, TABLE.sort_key]
    indexes = []
    for index in TABLE.indexes:
        attributes += [index.partition_key, index.sort_key]
        indexes.append(
            {
                "IndexName": index.name,
                "KeySchema": _schema(index.partition_key, index.sort_key),
                "Projection": {"ProjectionType": index.projection},
            }
        )
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_schema(TABLE.partition_key, TABLE.sort_key),
        AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes],
        GlobalSecondaryIndexes=indexes,
    )


def _schema(partition_key: str, sort_key: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition_key, "KeyType": "HASH"},
        {"AttributeName": sort_key, "KeyType": "RANGE"},
    ]
