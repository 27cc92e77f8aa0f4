"""Every key of the one table, and the table itself as data.

Access patterns (`n` = shard, `{env}` = environment slug; every key begins with it):

| entity             | pk                                   | sk                        | index `by_shard` (ipk / isk)                  | read by                                        |
|--------------------|--------------------------------------|---------------------------|-----------------------------------------------|------------------------------------------------|
| recipient          | {env}#RECIPIENT#{collection}#{id}    | PROFILE                   | {env}#RECIPIENTS#{collection}#{n} / {created} {id} | GET user, every run; lists of a collection |
| preference set     | {env}#RECIPIENT#{collection}#{id}    | PREFERENCES#{set id}      |                                               | preferences of a recipient                     |
| preference default | {env}#PREFERENCE_DEFAULTS            | default                   |                                               | an environment's own, for GET preferences and run_steps |
| channel data       | {env}#RECIPIENT#{collection}#{id}    | CHANNEL_DATA#{channel_id} |                                               | channel data of a recipient                    |
| subscription       | {env}#RECIPIENT#{collection}#{id}    | SUBSCRIPTION#{collection}#{object id} | {env}#SUBSCRIBERS#{collection}#{object id}#{n} / {recipient gid} | what a recipient follows; an object's subscribers |
| audience member    | {env}#AUDIENCE#{key}#{n}             | {user id}#{tenant}        | {env}#MEMBER#{user id} / {key}#{tenant}       | members of an audience; audiences of a user    |
| audience           | {env}#AUDIENCES                      | {key}                     |                                               | does the audience exist                        |
| triggers of an audience | {env}#AUDIENCE_TRIGGERS          | {audience key}            |                                               | on_change: one query in ten seconds, where somebody entered; management |
| schedule           | {env}#SCHEDULES#{n}                  | {schedule id}             | {env}#SCHEDULES_OF#{gid} / {schedule id}      | list (ids are time-ordered), get; of a recipient |
| bulk operation     | {env}#BULK_OPERATION#{id}            | OPERATION                 |                                               | GET bulk operation: one query, counts included |
| bulk chunk done    | {env}#BULK_OPERATION#{id}            | CHUNK#{number}            |                                               | same; a chunk is counted by being there        |
| bulk step done     | {env}#BULK_OPERATION#{id}            | CHUNK#{lane}#{number}     |                                               | same, where rows are walked to                 |
| bulk start         | {env}#BULK_OPERATION#{id}            | STARTED                   |                                               | same                                           |
| bulk rows          | {env}#BULK_OPERATION#{id}            | ~ROWS                     |                                               | bulk_worker; sorts last, polls leave it out    |
| rows of a bulk step | {env}#BULK_OPERATION#{id}           | ~ROWS#{lane}#{number}     |                                               | bulk_worker, when the step is repeated         |
| merged user        | {env}#RECIPIENT#{collection}#{id}    | MERGED#{user id}          |                                               | a merge that is repeated                       |
| merge under way    | {env}#RECIPIENT#{collection}#{id}    | MERGED_INTO               |                                               | deletions, which leave the user to the merge   |
| throttle window    | {env}#RECIPIENT#{collection}#{id}    | THROTTLE#{workflow}#{step}#{key} |                                        | run_steps, where a workflow throttles          |
| open batch         | {env}#RECIPIENT#{collection}#{id}    | BATCH#{workflow}#{step}#{version}#{key} |                                 | run_steps, where a workflow batches            |
| activity of a batch | {env}#RECIPIENT#{collection}#{id}   | ACTIVITY#{batch id}#{activity id} |                                       | run_steps when the batch closes; activities of a message |
| closed batch       | {env}#RECIPIENT#{collection}#{id}    | BATCHED#{batch id}        |                                               | feed page and activities of messages, where a batch made them |
| the one run of a workflow | {env}#RECIPIENT#{collection}#{id} | ONCE#{workflow}#{tenant} |                                           | run_steps, where a workflow runs once per recipient |
| wait for an event  | {env}#RECIPIENT#{collection}#{id}    | WAIT#{event type}#{source}#{event}#{recipient run id} |                                  | on_change, where something happens that is awaited |
| wait of anybody for an event of a source | {env}#WAITS#{source}#{event}#{n} | WAIT#{event type}#{source}#{event}#{recipient run id} |           | events, where one names no user                |
| what is awaited    | {env}#AWAITED                        | {event type}#{source}     |                                               | on_change, events: one query per batch of them |
| event source       | $account#SOURCES                     | {source key}              |                                               | management, integrations, events               |
| event of a source  | {env}#SOURCE_EVENT#{source}#{event}  | {idempotency key}         |                                               | events, when it is sent again                  |
| message            | {env}#RECIPIENT#{collection}#{id}    | M#{channel_id}#{id}       | {env}#MESSAGES#{n} / {message id}             | feed page, messages of a recipient, list, get  |
| feed counters      | {env}#RECIPIENT#{collection}#{id}    | M#{channel_id}#~          |                                               | feed page: first row of the descending query   |
| guide engagement   | {env}#RECIPIENT#{collection}#{id}    | GUIDE#{tenant}#{guide key} |                                              | guides of a user: one query; marks             |
| message content    | {env}#RECIPIENT#{collection}#{id}    | CONTENT#{message id}      |                                               | GET content, deliver                           |
| workflow run       | {env}#WORKFLOW_RUN#{id}              | RUN                       |                                               | run_steps, idempotent trigger                  |
| walk of a nested object | {env}#WORKFLOW_RUN#{id}         | WALK#{collection}#{object id} |                                           | fan_out, where several objects lead to it      |
| recipient run      | {env}#RECIPIENT_RUNS#{n}             | {recipient run id}        |                                               | run_steps, list (ids are time-ordered), get    |
| parked run or schedule | {env}#PARKED#{bucket}#{n}        | {recipient run or schedule id} | {env}#CANCELLABLE#{workflow}#{key}#{n} / {id} | wheel, cancel                                  |
| wheel marker       | {env}#WHEEL                          | {bucket}#{n}              |                                               | sweep: buckets not yet drained                 |
| cancellation       | {env}#CANCELLATION#{workflow}#{key}  | ALL or FOR#{collection}#{id} |                                               | run_steps before it starts or resumes a run    |
| definition head    | {env}#HEAD#{kind}#{key}              | HEAD                      |                                               | trigger, run_steps                             |
| definition draft   | {env}#DRAFTS#{kind}                  | {key}                     |                                               | management list and get                        |
| definition version | {env}#VERSION#{kind}#{key}           | {version id}              |                                               | run_steps (immutable, cached)                  |
| commit             | {env}#COMMITS                        | {commit id}               |                                               | management                                     |
| branch             | {env}#BRANCHES                       | {slug}                    |                                               | management, trigger with its header            |
| head, draft or commit on a branch | {env}~{branch id}#… as above | …                  |                                               | as above; versions are the environment's       |
| channel            | {env}#CHANNELS                       | {channel key}             |                                               | management, run_steps                          |
| environment        | $account#ENVIRONMENTS                | {slug}                    |                                               | management, sweep, run_steps                   |
| removed environment | $account#REMOVED_ENVIRONMENTS       | {slug}                    |                                               | management: a slug is never given again        |
| variable           | $account#VARIABLES                   | {variable key}            |                                               | management; environments hold what comes of it |
| value of a secret variable | $account#SECRET_VARIABLES    | {slug or $account}#{variable key} |                                       | run_steps, and nobody else may                 |
| secret that requests are signed with | $account#SECRET_VARIABLES | {slug}#REQUESTS#{name} |                              | run_steps, and nobody else may                 |
| channel group      | $account#CHANNEL_GROUPS              | {group key}               |                                               | management, run_steps                          |
| short link         | $account#SHORT_LINK#{key}            | LINK                      |                                               | whoever clicks on it; the row names its environment |
| api key            | $account#API_KEY#{sha256 of the key} | KEY                       | $account#API_KEYS / {key id}                  | every request (cached for a minute); list      |
| signing key        | {env}#SIGNING_KEYS                   | {key id}                  |                                               | every user token (cached for a minute); list   |
| dead letter        | {env}#DEAD_LETTERS#{n}               | {time}#{message id}       |                                               | management: list and replay, oldest first      |
| webhook            | {env}#WEBHOOKS                       | {webhook id}              |                                               | on_change: one query in ten seconds; webhooks, management |
| delivery to a webhook | {env}#WEBHOOK_DELIVERIES#{webhook id}#{n} | {event id}        |                                               | webhooks; management: newest first, for thirty days |
| circuit of a channel | {env}#CHANNELS                     | ~CIRCUIT#{channel id}     |                                               | deliver and management, by the query that reads the channels |
| line of a channel  | {env}#RATE#CHANNEL#{channel id}      | {limit}#{seconds}         |                                               | deliver, its writer alone                      |
| rate               | {env}#RATE#{endpoint}#{user id}      | {second}                  |                                               | every request, its writer alone                |

What no customer's choice of ids can concentrate: recipients' rows lie under their own partition; environment-wide
lists (messages, runs, schedules, users of a collection, cancellable runs) are spread over `shards` partitions and
merged on reading. DynamoDB takes 1,000 write units a second per partition, so an environment writes at most
`shards x 1,000` messages (their index row) and `shards x 500` runs (transactions cost double) a second.
Two partitions take every write of their kind on purpose: WHEEL (one marker per second and shard at most) and COMMITS.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from zlib import crc32

ACCOUNT = "$account"
PROFILE = "PROFILE"
RUN = "RUN"
HEAD = "HEAD"
API_KEY = "KEY"
SHORT_LINK = "LINK"
OPERATION = "OPERATION"
BULK_STARTED = "STARTED"
BULK_ROWS = "~ROWS"  # sorts above all else of an operation, so a poll can read everything but the data
MERGED_INTO = "MERGED_INTO"
ALL_RECIPIENTS = "ALL"
CIRCUITS = "~CIRCUIT"  # sorts above the keys of all channels
COUNTERS = "~"  # sorts above every base62 message id, so a descending feed query meets it first

# How grants name the partitions of all rates, and of all recipients with what is theirs.
ANY_RATE, ANY_RECIPIENT = "*#RATE#*", "*#RECIPIENT#*"

MAX_PARTITION_KEY_BYTES = 2048
MAX_SORT_KEY_BYTES = 1024

MESSAGES = "M#"  # what the sort keys of all messages begin with, and those of the counters above them
PREFERENCES = "PREFERENCES#"
CHANNEL_DATA = "CHANNEL_DATA#"
GUIDES = "GUIDE#"
ACTIVITIES, CLOSED_BATCHES = "ACTIVITY#", "BATCHED#"
# Bytes. DynamoDB takes 2,048 for a partition and 1,024 for a sort key, whatever script a customer writes in.
LONGEST_PART = 400
# Most parts of a page's keys come again and again: its environment, its words, its recipients.
REMEMBERED = 1024

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

_IS_THERE = {"S": [{"exists": True}]}
_WRITTEN = ["INSERT", "MODIFY"]
# Which changes of rows somebody may wait for, as Lambda's patterns for a stream: messages, recipients with what lies
# beside them, runs, and who comes into an audience or leaves it. Lambda takes five patterns.
WATCHED = (
    {
        "eventName": _WRITTEN,
        "dynamodb": {"Keys": {SK: {"S": [{"prefix": MESSAGES}]}}, "NewImage": {"status": _IS_THERE}},
    },
    {
        "eventName": _WRITTEN,
        "dynamodb": {"Keys": {SK: {"S": [PROFILE, {"prefix": PREFERENCES}, {"prefix": CHANNEL_DATA}]}}},
    },
    {"dynamodb": {"NewImage": {"made": _IS_THERE}}},
    {"dynamodb": {"NewImage": {"added_at": _IS_THERE}}},
    {"eventName": ["REMOVE"], "dynamodb": {"OldImage": {"added_at": _IS_THERE}}},
)


def join(*parts: str) -> str:
    """Joins key parts with `#`; escapes `%` and `#` in them, so that distinct parts never give one key.

    A part too long for a key goes in as its hash, behind a mark that no escaped text can hold.

    >>> join("development", "RECIPIENT", "$users", "a#b%")
    'development#RECIPIENT#$users#a%23b%25'
    """
    return "#".join(map(_escaped, parts))


@lru_cache(maxsize=REMEMBERED)
def _escaped(part: str) -> str:
    text = part.replace("%", "%25").replace("#", "%23")
    if len(text.encode()) <= LONGEST_PART:
        return text
    return "%~" + sha256(part.encode()).hexdigest()


def bounded(sort_key: str) -> str:
    """The same, or for a sort key longer than DynamoDB's 1,024 bytes its beginning and a hash that tells it apart.

    >>> bounded("a#b"), len(bounded("😀" * 300).encode()) <= 1024
    ('a#b', True)
    """
    encoded = sort_key.encode()
    if len(encoded) <= MAX_SORT_KEY_BYTES:
        return sort_key
    digest = sha256(encoded).hexdigest()
    return encoded[: MAX_SORT_KEY_BYTES - len(digest)].decode(errors="ignore") + digest


def shard_of(identifier: str, shards: int) -> str:
    """The shard that a row lies in, from its id alone: a reader with the id needs no index.

    >>> shard_of("2f5e", 16)
    '005'
    """
    return f"{crc32(identifier.encode()) % shards:03d}"


def all_shards(shards: int) -> list[str]:
    return [f"{number:03d}" for number in range(shards)]


@lru_cache(maxsize=REMEMBERED)
def recipient(env: str, collection: str, recipient_id: str) -> str:
    """`development#RECIPIENT#$users#jane`"""
    return join(env, "RECIPIENT", collection, recipient_id)


def recipients_shard(env: str, collection: str, shard: str) -> str:
    """`development#RECIPIENTS#$users#003`, index partition."""
    return join(env, "RECIPIENTS", collection, shard)


def preference_set(set_id: str) -> str:
    """`PREFERENCES#default`, under the recipient's partition."""
    return bounded(join("PREFERENCES", set_id))


def preference_defaults(env: str) -> str:
    """`development#PREFERENCE_DEFAULTS`"""
    return join(env, "PREFERENCE_DEFAULTS")


def channel_data(channel_id: str) -> str:
    """`CHANNEL_DATA#<channel uuid>`, under the recipient's partition."""
    return join("CHANNEL_DATA", channel_id)


def subscription(collection: str, object_id: str) -> str:
    """`SUBSCRIPTION#projects#p-1`, under the subscriber's partition."""
    return bounded(join("SUBSCRIPTION", collection, object_id))


def subscription_bounds() -> tuple[str, str]:
    """Below and above every subscription in a subscriber's partition."""
    prefix = join("SUBSCRIPTION")
    return f"{prefix}#", f"{prefix}$"  # `$` is the character after `#`


def subscribers_shard(env: str, collection: str, object_id: str, shard: str) -> str:
    """`development#SUBSCRIBERS#projects#p-1#003`, index partition."""
    return join(env, "SUBSCRIBERS", collection, object_id, shard)


def subscriber(gid: str) -> str:
    """`gid://Object/$users/jane`, index sort key: an object's subscribers in the order of their names."""
    return bounded(gid)


def audience_shard(env: str, audience: str, shard: str) -> str:
    """`development#AUDIENCE#vip#003`"""
    return join(env, "AUDIENCE", audience, shard)


def is_of_members(partition: str) -> bool:
    """Whether members of an audience lie there.

    >>> is_of_members(audience_shard("development", "vips", "003")), is_of_members(audiences("development"))
    (True, False)
    """
    return partition.partition("#")[2].startswith("AUDIENCE#")


def audience_of(partition: str) -> str:
    """The audience that a partition of members is of.

    >>> audience_of(audience_shard("development", "big#spenders", "003"))
    'big#spenders'
    """
    return partition.split("#")[2].replace("%23", "#").replace("%25", "%")


def audience_member(user_id: str, tenant: str | None) -> str:
    """`jane#acme`; without a tenant the second part is empty."""
    return bounded(join(user_id, tenant or ""))


def membership(audience: str, tenant: str | None) -> str:
    """`vip#acme`, index sort key."""
    return bounded(join(audience, tenant or ""))


def membership_prefix(audience: str) -> str:
    """What the index sort keys of memberships of one audience begin with, whatever their tenant."""
    return membership(audience, None)


def memberships(env: str, user_id: str) -> str:
    """`development#MEMBER#jane`, index partition."""
    return join(env, "MEMBER", user_id)


def audiences(env: str) -> str:
    """`development#AUDIENCES`"""
    return join(env, "AUDIENCES")


def audience_triggers(env: str) -> str:
    """`development#AUDIENCE_TRIGGERS`"""
    return join(env, "AUDIENCE_TRIGGERS")


def schedules_shard(env: str, shard: str) -> str:
    """`development#SCHEDULES#003`"""
    return join(env, "SCHEDULES", shard)


def schedules_of(env: str, gid: str) -> str:
    """`development#SCHEDULES_OF#gid://Object/$users/jane`, index partition."""
    return join(env, "SCHEDULES_OF", gid)


def bulk_operation(env: str, operation_id: str) -> str:
    """`development#BULK_OPERATION#<uuid>`"""
    return join(env, "BULK_OPERATION", operation_id)


def bulk_chunk(number: int) -> str:
    """`CHUNK#00007`"""
    return join("CHUNK", f"{number:05d}")


def bulk_step(lane: int, number: int) -> str:
    """`CHUNK#00007#00000`: a step of a chunk whose rows are walked to."""
    return join("CHUNK", f"{lane:05d}", f"{number:05d}")


def bulk_step_rows(lane: int, number: int) -> str:
    """`~ROWS#00007#00000`: which rows the step found."""
    return join(BULK_ROWS, f"{lane:05d}", f"{number:05d}")


def merged(user_id: str) -> str:
    """`MERGED#tom`, under the partition of the user that Tom was merged into."""
    return join("MERGED", user_id)


def merged_prefix() -> str:
    """What the notes of all users merged into one begin with; `MERGED_INTO` does not."""
    return join("MERGED", "")


def message(channel_id: str, message_id: str) -> str:
    """`M#<channel uuid>#<ksuid>`, under the recipient's partition."""
    return join("M", channel_id, message_id)


def channel_of_message(sort_key: str) -> str:
    """
    >>> channel_of_message("M#00000000-0000-4000-8000-000000000001#37eg9b5uLU045IDh3hzbJkG4jBX")
    '00000000-0000-4000-8000-000000000001'
    """
    return sort_key.split("#")[1]


def id_of_message(sort_key: str) -> str:
    """
    >>> id_of_message("M#00000000-0000-4000-8000-000000000001#37eg9b5uLU045IDh3hzbJkG4jBX")
    '37eg9b5uLU045IDh3hzbJkG4jBX'
    """
    return sort_key.rpartition("#")[2]


def message_prefix(channel_id: str) -> str:
    """`M#<channel uuid>#`: all messages of a recipient on one channel, and the feed counters above them."""
    return join("M", channel_id) + "#"


def feed_counters(channel_id: str) -> str:
    return message_prefix(channel_id) + COUNTERS


def counters_beside(message_key: str) -> str:
    """The counters of the feed that a message, by its sort key, is in."""
    return message_key.rpartition("#")[0] + "#" + COUNTERS


def message_beside(message_key: str, message_id: str) -> str:
    """The sort key that another message of the same recipient and channel has.

    >>> message_beside("M#channel#2fX", "2fY")
    'M#channel#2fY'
    """
    return message_key.rpartition("#")[0] + "#" + message_id


def is_counters(sort_key: str) -> bool:
    return sort_key.startswith(MESSAGES) and sort_key.endswith("#" + COUNTERS)


def message_named(sort_key: str) -> str | None:
    """The message's id in its own sort key or that of its content; None for any other row.

    >>> message_named("M#channel#2fX"), message_named("CONTENT#2fX"), message_named("M#channel#~")
    ('2fX', '2fX', None)
    """
    kind, _, rest = sort_key.partition("#")
    name = rest.rpartition("#")[2]
    return name if kind in ("M", "CONTENT") and name != COUNTERS else None


def guide_engagement(tenant: str | None, guide_key: str) -> str:
    """`GUIDE#acme#onboarding`, under the user's partition; without a tenant the middle is empty."""
    return join("GUIDE", tenant or "", guide_key)


def guide_engagements(tenant: str | None) -> str:
    """What the sort keys of all guides that a user has engaged with for one tenant, or for none, begin with."""
    return guide_engagement(tenant, "")


def throttle(workflow: str, step_ref: str, key: str | None) -> str:
    """`THROTTLE#alerts#throttle_1#alert-7`, under the recipient's partition; without a key the end is empty."""
    return bounded(join("THROTTLE", workflow, step_ref, key or ""))


def open_batch(workflow: str, step_ref: str | None, version_id: str | None, key: str | None) -> str:
    """`BATCH#digest#batch_1##page-7`, under the recipient's partition; what does not count is empty."""
    return bounded(join("BATCH", workflow, step_ref or "", version_id or "", key or ""))


def activity(batch_id: str, activity_id: str) -> str:
    """`ACTIVITY#<ksuid>#<ksuid>`, under the recipient's partition: a batch's triggers in their order."""
    return join("ACTIVITY", batch_id, activity_id)


def activities(batch_id: str) -> str:
    """What the sort keys of all activities of a batch begin with."""
    return activity(batch_id, "")


def closed_batch(batch_id: str) -> str:
    """`BATCHED#<ksuid>`, under the recipient's partition."""
    return join("BATCHED", batch_id)


def once(workflow: str, tenant: str | None) -> str:
    """`ONCE#welcome#acme`, under the recipient's partition; where the tenant does not count the end is empty."""
    return bounded(join("ONCE", workflow, tenant or ""))


def wait(event_type: str, source: str, event_key: str, run_id: str) -> str:
    """`WAIT#message#welcome#read#<uuid>`, under the recipient's partition."""
    return bounded(join("WAIT", event_type, source, event_key, run_id))


def waits(event_type: str, source: str) -> str:
    """What the sort keys of all runs that wait for something of one source begin with."""
    return join("WAIT", event_type, source) + "#"


def waits_of_anybody(env: str, source: str, event_key: str, shard: str) -> str:
    """`development#WAITS#stripe#invoice.paid#003`"""
    return join(env, "WAITS", source, event_key, shard)


def sources() -> str:
    """`$account#SOURCES`"""
    return join(ACCOUNT, "SOURCES")


def source_event(env: str, source: str, event_type: str) -> str:
    """`development#SOURCE_EVENT#stripe#invoice.paid`"""
    return join(env, "SOURCE_EVENT", source, event_type)


def source_event_key(idempotency_key: str) -> str:
    """`evt_17`"""
    return join(idempotency_key)


def awaited(env: str) -> str:
    """`development#AWAITED`"""
    return join(env, "AWAITED")


def awaited_source(event_type: str, source: str) -> str:
    """`message#welcome`"""
    return join(event_type, source)


def environment_of(partition: str) -> str:
    """The environment that a partition is of.

    >>> environment_of("development#RECIPIENT#$users#jane")
    'development'
    """
    return partition.partition("#")[0]


def content(message_id: str) -> str:
    """`CONTENT#<ksuid>`"""
    return join("CONTENT", message_id)


@lru_cache(maxsize=REMEMBERED)
def messages_shard(env: str, shard: str) -> str:
    """`development#MESSAGES#003`, index partition."""
    return join(env, "MESSAGES", shard)


def workflow_run(env: str, workflow_run_id: str) -> str:
    """`development#WORKFLOW_RUN#<uuid>`"""
    return join(env, "WORKFLOW_RUN", workflow_run_id)


def walk(collection: str, object_id: str) -> str:
    """`WALK#teams#t-1`, under a workflow run's partition."""
    return bounded(join("WALK", collection, object_id))


@lru_cache(maxsize=REMEMBERED)
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


def branches(env: str) -> str:
    """`development#BRANCHES`"""
    return join(env, "BRANCHES")


def on_branch(env: str, branch_id: str | None) -> str:
    """What stands for the environment in the keys of heads, drafts and commits of a branch. No slug holds a `~`.

    >>> on_branch("development", None), on_branch("development", "9f1c")
    ('development', 'development~9f1c')
    """
    return env if branch_id is None else f"{env}~{branch_id}"


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


def circuit(channel_id: str) -> str:
    """`~CIRCUIT#<channel uuid>`: above every channel's key, in the partition of the channels."""
    return join(CIRCUITS, channel_id)


def is_circuit(sort_key: str) -> bool:
    return sort_key.startswith(CIRCUITS)


def channel_line(env: str, channel_id: str) -> str:
    """`development#RATE#CHANNEL#<channel uuid>`: among the rates, which are all that some functions may count in."""
    return join(env, "RATE", "CHANNEL", channel_id)


def line_of_rate(limit: int, seconds: int) -> str:
    """`10#1`: places are numbered by the rate, so that another rate needs another line."""
    return join(str(limit), str(seconds))


def dead_letters_shard(env: str, shard: str) -> str:
    """`development#DEAD_LETTERS#003`"""
    return join(env, "DEAD_LETTERS", shard)


def dead_letter(at: str, message_id: str) -> str:
    """`2026-01-01T12:00:00.000Z#<ksuid>`: in the order in which they died."""
    return join(at, message_id)


def webhooks(env: str) -> str:
    """`development#WEBHOOKS`"""
    return join(env, "WEBHOOKS")


def webhook_deliveries(env: str, webhook_id: str, shard: str) -> str:
    """`development#WEBHOOK_DELIVERIES#<uuid>#003`"""
    return join(env, "WEBHOOK_DELIVERIES", webhook_id, shard)


def environments() -> str:
    """`$account#ENVIRONMENTS`"""
    return join(ACCOUNT, "ENVIRONMENTS")


def removed_environments() -> str:
    """`$account#REMOVED_ENVIRONMENTS`"""
    return join(ACCOUNT, "REMOVED_ENVIRONMENTS")


def variables() -> str:
    """`$account#VARIABLES`"""
    return join(ACCOUNT, "VARIABLES")


def secret_variables() -> str:
    """`$account#SECRET_VARIABLES`: one partition, so that a grant can name it."""
    return join(ACCOUNT, "SECRET_VARIABLES")


def secret_variable(env: str | None, variable: str) -> str:
    """`development#api_token`, or `$account#api_token` for the value that holds everywhere else."""
    return join(env or ACCOUNT, variable)


def request_secret(env: str, name: str) -> str:
    """`development#REQUESTS#{name}`, beside the secret variables: whoever may read those may read these."""
    return join(env, "REQUESTS", name)


def channel_groups() -> str:
    """`$account#CHANNEL_GROUPS`"""
    return join(ACCOUNT, "CHANNEL_GROUPS")


def short_link(key: str) -> str:
    """`$account#SHORT_LINK#8f2Kq0ZtLw`: who clicks on it brings nothing but the key."""
    return join(ACCOUNT, "SHORT_LINK", key)


def api_key(key_hash: str) -> str:
    """`$account#API_KEY#<sha256>`: a request names its key before it has an environment."""
    return join(ACCOUNT, "API_KEY", key_hash)


def api_keys() -> str:
    """`$account#API_KEYS`, index partition."""
    return join(ACCOUNT, "API_KEYS")


def signing_keys(env: str) -> str:
    """`development#SIGNING_KEYS`"""
    return join(env, "SIGNING_KEYS")


def rate(env: str, endpoint: str, user_id: str | None) -> str:
    """`development#RATE#PUT /v1/users/<user_id>#jane`; without a user the last part is empty."""
    return join(env, "RATE", endpoint, user_id or "")


def rate_window(second: int) -> str:
    """`1767225600`, a second since 1970."""
    return str(second)
