"""Every key of the one table, and the table itself as data.

Access patterns (`n` = shard, `{env}` = environment slug; every key begins with it):

| entity             | pk                                   | sk                        | index `by_shard` (ipk / isk)                  | read by                                        |
|--------------------|--------------------------------------|---------------------------|-----------------------------------------------|------------------------------------------------|
| recipient          | {env}#RECIPIENT#{collection}#{id}    | PROFILE                   |                                               | GET user, every run                            |
| message            | {env}#RECIPIENT#{collection}#{id}    | M#{channel_id}#{id}       | {env}#MESSAGES#{n} / {message id}             | feed page, messages of a recipient, list, get  |
| feed counters      | {env}#RECIPIENT#{collection}#{id}    | M#{channel_id}#~          |                                               | feed page: first row of the descending query   |
| message content    | {env}#RECIPIENT#{collection}#{id}    | CONTENT#{message id}      |                                               | GET content, deliver                           |
| workflow run       | {env}#WORKFLOW_RUN#{id}              | RUN                       |                                               | run_steps, idempotent trigger                  |
| recipient run      | {env}#RECIPIENT_RUNS#{n}             | {recipient run id}        |                                               | run_steps, list (ids are time-ordered), get    |
| parked run         | {env}#PARKED#{bucket}#{n}            | {recipient run id}        | {env}#CANCELLABLE#{workflow}#{key}#{n} / {id} | wheel, cancel                                  |
| wheel marker       | {env}#WHEEL                          | {bucket}#{n}              |                                               | sweep: buckets not yet drained                 |
| cancellation       | {env}#CANCELLATION#{workflow}#{key}  | ALL or FOR#{collection}#{id} |                                               | run_steps before it starts or resumes a run    |
| definition head    | {env}#HEAD#{kind}#{key}              | HEAD                      |                                               | trigger, run_steps                             |
| definition draft   | {env}#DRAFTS#{kind}                  | {key}                     |                                               | management list and get                        |
| definition version | {env}#VERSION#{kind}#{key}           | {version id}              |                                               | run_steps (immutable, cached)                  |
| commit             | {env}#COMMITS                        | {commit id}               |                                               | management                                     |
| channel            | {env}#CHANNELS                       | {channel key}             |                                               | management, run_steps                          |
| environment        | $account#ENVIRONMENTS                | {slug}                    |                                               | management, sweep                              |
| api key            | $account#API_KEY#{sha256 of the key} | KEY                       |                                               | every request (cached for a minute)            |

What no customer's choice of ids can concentrate: recipients' rows lie under their own partition; environment-wide
lists (messages, runs, cancellable runs) are spread over `shards` partitions and merged on reading, so an environment
writes at most `shards x 1,000` messages and runs a second (DynamoDB's limit is 1,000 write units per partition).
Two partitions take every write of their kind on purpose: WHEEL (one marker per second and shard at most) and COMMITS.
"""

from dataclasses import dataclass
from hashlib import sha256
from zlib import crc32

ACCOUNT = "$account"
PROFILE = "PROFILE"
RUN = "RUN"
HEAD = "HEAD"
API_KEY = "KEY"
ALL_RECIPIENTS = "ALL"
COUNTERS = "~"  # sorts above every base62 message id, so a descending feed query meets it first

# Bytes. DynamoDB takes 2,048 for a partition and 1,024 for a sort key, whatever script a customer writes in.
LONGEST_PART = 400

PK, SK, IPK, ISK, EXPIRES_AT = "pk", "sk", "ipk", "isk", "expires_at"


@dataclass(frozen=True)
class Index:
    name: str
    partition_key: str
    sort_key: str
    projection: str


@dataclass(frozen=True)
class TableShape:
    partition_key: str
    sort_key: str
    ttl_attribute: str
    indexes: tuple[Index, ...]


BY_SHARD = Index(name="by_shard", partition_key=IPK, sort_key=ISK, projection="KEYS_ONLY")
TABLE = TableShape(partition_key=PK, sort_key=SK, ttl_attribute=EXPIRES_AT, indexes=(BY_SHARD,))


def join(*parts: str) -> str:
    """Joins key parts with `#`; escapes `%` and `#` in them, so that distinct parts never give one key.

    A part too long for a key goes in as its hash, behind a mark that no escaped text can hold.

    >>> join("development", "RECIPIENT", "$users", "a#b%")
    'development#RECIPIENT#$users#a%23b%25'
    """
    return "#".join(map(_escaped, parts))


def _escaped(part: str) -> str:
    text = part.replace("%", "%25").replace("#", "%23")
    if len(text.encode()) <= LONGEST_PART:
        return text
    return "%~" + sha256(part.encode()).hexdigest()


def shard_of(identifier: str, shards: int) -> str:
    """The shard that a row lies in, from its id alone: a reader with the id needs no index.

    >>> shard_of("2f5e", 16)
    '005'
    """
    return f"{crc32(identifier.encode()) % shards:03d}"


def all_shards(shards: int) -> list[str]:
    return [f"{number:03d}" for number in range(shards)]


def recipient(env: str, collection: str, recipient_id: str) -> str:
    """`development#RECIPIENT#$users#jane`"""
    return join(env, "RECIPIENT", collection, recipient_id)


def message(channel_id: str, message_id: str) -> str:
    """`M#<channel uuid>#<ksuid>`, under the recipient's partition."""
    return join("M", channel_id, message_id)


def message_prefix(channel_id: str) -> str:
    """`M#<channel uuid>#`: all messages of a recipient on one channel, and the feed counters above them."""
    return join("M", channel_id) + "#"


def feed_counters(channel_id: str) -> str:
    return message_prefix(channel_id) + COUNTERS


def content(message_id: str) -> str:
    """`CONTENT#<ksuid>`"""
    return join("CONTENT", message_id)


def messages_shard(env: str, shard: str) -> str:
    """`development#MESSAGES#003`, index partition."""
    return join(env, "MESSAGES", shard)


def workflow_run(env: str, workflow_run_id: str) -> str:
    """`development#WORKFLOW_RUN#<uuid>`"""
    return join(env, "WORKFLOW_RUN", workflow_run_id)


def recipient_runs_shard(env: str, shard: str) -> str:
    """`development#RECIPIENT_RUNS#003`"""
    return join(env, "RECIPIENT_RUNS", shard)


def parked(env: str, bucket: str, shard: str) -> str:
    """`development#PARKED#2026-01-01T00:00:05Z#003`"""
    return join(env, "PARKED", bucket, shard)


def cancellable_shard(env: str, workflow: str, cancellation_key: str, shard: str) -> str:
    """`development#CANCELLABLE#welcome#order-7#003`, index partition."""
    return join(env, "CANCELLABLE", workflow, cancellation_key, shard)


def wheel(env: str) -> str:
    """`development#WHEEL`"""
    return join(env, "WHEEL")


def wheel_marker(bucket: str, shard: str) -> str:
    """`2026-01-01T00:00:05Z#003`: sorts by due time, so the sweep reads a prefix of overdue ones."""
    return join(bucket, shard)


def wheel_marker_parts(marker: str) -> tuple[str, str]:
    """The bucket and the shard of a marker; neither holds anything that `join` would have escaped."""
    bucket, shard = marker.split("#")
    return bucket, shard


def cancellation(env: str, workflow: str, cancellation_key: str) -> str:
    """`development#CANCELLATION#welcome#order-7`"""
    return join(env, "CANCELLATION", workflow, cancellation_key)


def cancelled(collection: str, recipient_id: str) -> str:
    """`FOR#$users#jane`, one recipient under a cancellation's partition."""
    return join("FOR", collection, recipient_id)


def definition_head(env: str, kind: str, key: str) -> str:
    """`development#HEAD#workflow#welcome`"""
    return join(env, "HEAD", kind, key)


def definition_drafts(env: str, kind: str) -> str:
    """`development#DRAFTS#workflow`"""
    return join(env, "DRAFTS", kind)


def definition_versions(env: str, kind: str, key: str) -> str:
    """`development#VERSION#workflow#welcome`"""
    return join(env, "VERSION", kind, key)


def commits(env: str) -> str:
    """`development#COMMITS`"""
    return join(env, "COMMITS")


def channels(env: str) -> str:
    """`development#CHANNELS`"""
    return join(env, "CHANNELS")


def environments() -> str:
    """`$account#ENVIRONMENTS`"""
    return join(ACCOUNT, "ENVIRONMENTS")


def api_key(key_hash: str) -> str:
    """`$account#API_KEY#<sha256>`: a request names its key before it has an environment."""
    return join(ACCOUNT, "API_KEY", key_hash)
