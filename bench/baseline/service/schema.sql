create table workflows (
    key           text primary key,
    markdown_body text not null,
    action_url    text not null
);

create table users (
    id         text primary key,
    properties jsonb not null
);

create table triggers (
    id          uuid primary key,
    workflow    text not null references workflows,
    data        jsonb not null,
    inserted_at timestamptz not null default now()
);

create table messages (
    id          uuid primary key,  -- of trigger and user: a job that is done twice writes nothing twice
    user_id     text not null,
    trigger_id  uuid not null,
    workflow    text not null,
    data        jsonb not null,
    blocks      jsonb not null,
    inserted_at timestamptz not null default now(),
    seen_at     timestamptz,
    read_at     timestamptz
);

-- a page of a feed, and its three counts without a look at the messages themselves
create index messages_feed on messages (user_id, inserted_at desc, id desc) include (seen_at, read_at);
