"""The stateful stack. The emulator drops most of these properties, so they are read from the template."""

from tests.infra.stages import Stage
from tocsin.domain.bulk_operations import KEPT
from tocsin.store.keys import TABLE

TABLE_TYPE = "AWS::DynamoDB::GlobalTable"


def test_only_the_table_the_bucket_and_the_keys_of_links_are_stateful(any_stage: Stage) -> None:
    kinds = {resource["Type"] for resource in any_stage.data["Resources"].values()}

    assert kinds - {"AWS::S3::BucketPolicy"} == {TABLE_TYPE, "AWS::S3::Bucket", "AWS::SecretsManager::Secret"}


def test_the_table_is_the_one_of_the_store(any_stage: Stage) -> None:
    table = any_stage.only(TABLE_TYPE)

    assert table["TableName"] == any_stage.settings.prefix
    assert _keys(table) == [TABLE.partition_key, TABLE.sort_key]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["TimeToLiveSpecification"] == {"AttributeName": TABLE.ttl_attribute, "Enabled": True}
    assert [
        (index["IndexName"], _keys(index), index["Projection"]["ProjectionType"])
        for index in table["GlobalSecondaryIndexes"]
    ] == [(index.name, [index.partition_key, index.sort_key], index.projection) for index in TABLE.indexes]


def test_production_keeps_its_data_and_can_go_back(prod: Stage) -> None:
    (replica,) = prod.only(TABLE_TYPE)["Replicas"]

    assert replica["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert replica["DeletionProtectionEnabled"] is True
    assert _policies(prod) == {"Retain"}


def test_local_data_goes_with_its_stack(local: Stage) -> None:
    (replica,) = local.only(TABLE_TYPE)["Replicas"]

    assert replica["DeletionProtectionEnabled"] is False
    assert _policies(local) == {"Delete"}


def test_the_bucket_is_private_and_speaks_tls_only(prod: Stage) -> None:
    (statement,) = prod.only("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]

    assert set(prod.only("AWS::S3::Bucket")["PublicAccessBlockConfiguration"].values()) == {True}
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_payloads_outlive_the_longest_wait_and_the_retention_of_runs(any_stage: Stage) -> None:
    rules = any_stage.only("AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]

    days = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}
    assert days["payloads/"] >= 365 + 30


def test_the_rows_of_bulk_calls_go_with_their_operations(any_stage: Stage) -> None:
    rules = any_stage.only("AWS::S3::Bucket")["LifecycleConfiguration"]["Rules"]

    days = {rule["Prefix"]: rule["ExpirationInDays"] for rule in rules if "ExpirationInDays" in rule}
    assert days["payloads/bulk/"] == KEPT.days


def _keys(shape: dict[str, list[dict[str, str]]]) -> list[str]:
    return [key["AttributeName"] for key in shape["KeySchema"]]


def _policies(stage: Stage) -> set[str]:
    kept = [
        resource
        for resource in stage.data["Resources"].values()
        if resource["Type"] != "AWS::S3::BucketPolicy"
    ]
    return {resource["DeletionPolicy"] for resource in kept} | {
        resource["UpdateReplacePolicy"] for resource in kept
    }
