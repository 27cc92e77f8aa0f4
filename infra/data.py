"""The stateful stack: the one table, the bucket of what outgrows it, and the keys of links, which never expire. Nothing
else may live here."""

from aws_cdk import Duration, Environment, IStackSynthesizer, RemovalPolicy, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.settings import Settings
from tocsin.store.keys import TABLE, Index

PAYLOADS = "payloads/"
# A run waits for up to 365 days in one delay and still needs its data; what it made is kept for 30 days more.
PAYLOAD_DAYS = 400
# The rows of a bulk call, which hold what was said of people: gone with the operation's own rows.
BULK_PAYLOADS = f"{PAYLOADS}bulk/"
BULK_PAYLOAD_DAYS = 30
# What was uploaded for a trigger, which takes a copy.
UPLOADS = "uploads/"


class DataStack(Stack):
    def __init__(
        self, scope: Construct, settings: Settings, *, env: Environment, synthesizer: IStackSynthesizer | None
    ) -> None:
        super().__init__(
            scope,
            settings.name("data"),
            env=env,
            synthesizer=synthesizer,
            termination_protection=settings.keeps_data,
            description="Tocsin: table and payloads",
        )
        removal = RemovalPolicy.RETAIN if settings.keeps_data else RemovalPolicy.DESTROY
        self.table = self._table(settings, removal)
        self.bucket = self._bucket(settings, removal)
        self._link_keys(settings, removal)

    def _table(self, settings: Settings, removal: RemovalPolicy) -> dynamodb.TableV2:
        return dynamodb.TableV2(
            self,
            "Table",
            # A name of our own: the emulator replaces a table without one on every change, with all its rows.
            table_name=settings.prefix,
            partition_key=_string(TABLE.partition_key),
            sort_key=_string(TABLE.sort_key),
            time_to_live_attribute=TABLE.ttl_attribute,
            billing=dynamodb.Billing.on_demand(),
            dynamo_stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            encryption=dynamodb.TableEncryptionV2.dynamo_owned_key(),
            global_secondary_indexes=[_index(index) for index in TABLE.indexes],
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=settings.keeps_data
            ),
            deletion_protection=settings.keeps_data,
            removal_policy=removal,
        )

    def _bucket(self, settings: Settings, removal: RemovalPolicy) -> s3.Bucket:
        return s3.Bucket(
            self,
            "Payloads",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=settings.tls_only,
            lifecycle_rules=[
                s3.LifecycleRule(id="old-payloads", prefix=PAYLOADS, expiration=Duration.days(PAYLOAD_DAYS)),
                s3.LifecycleRule(
                    id="old-bulk-rows", prefix=BULK_PAYLOADS, expiration=Duration.days(BULK_PAYLOAD_DAYS)
                ),
                s3.LifecycleRule(id="old-uploads", prefix=UPLOADS, expiration=Duration.days(1)),
                s3.LifecycleRule(
                    id="broken-uploads", abort_incomplete_multipart_upload_after=Duration.days(1)
                ),
            ],
            removal_policy=removal,
        )

    def _link_keys(self, settings: Settings, removal: RemovalPolicy) -> None:
        """A first key, `current`; people may add others to it (docs/links-and-tracking.md)."""
        secretsmanager.Secret(
            self,
            "LinkKeys",
            secret_name=link_keys_secret(settings),
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template="{}",
                generate_string_key="current",
                password_length=64,
                exclude_punctuation=True,
            ),
            removal_policy=removal,
        )


def link_keys_secret(settings: Settings) -> str:
    """Its name, which no grant on channels' secrets covers."""
    return settings.name("link-keys")


def _string(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _index(index: Index) -> dynamodb.GlobalSecondaryIndexPropsV2:
    return dynamodb.GlobalSecondaryIndexPropsV2(
        index_name=index.name,
        partition_key=_string(index.partition_key),
        sort_key=_string(index.sort_key),
        projection_type=dynamodb.ProjectionType(index.projection),
    )
