-- 读模型的办理 · What operators ask of the read models, and what must outlive a read model: its rebuild under way, the
-- events set aside, who decided what and why. The read models themselves are rebuilt, never migrated.

-- Where a read model is built beside the live one, until its tables change places with it.
create schema projections_building authorization hazard_projections;

-- Made by the first reader until now.
create table if not exists projections.checkpoints (
    projection text not null,
    version integer not null,
    log_id uuid not null,
    position bigint not null default 0,
    seen_at timestamptz,
    updated_at timestamptz not null default clock_timestamp(),
    last_error text,
    last_error_at timestamptz,
    primary key (projection, version, log_id)
);
comment on column projections.checkpoints.seen_at is 'when the running reader last reached the stream';
alter table projections.checkpoints
    add column rate real,
    add column batch_seconds real,
    add column lag_before bigint,
    add column lag_before_at timestamptz;
comment on column projections.checkpoints.rate is 'events a second, as the running reader last told';
comment on column projections.checkpoints.lag_before is 'events behind at lag_before_at, to see whether the lag shrinks';

create table projections.rebuilds (
    projection text primary key,
    version integer not null,
    log_id uuid not null,
    state text not null default 'building' check (state in ('building', 'ready', 'switching', 'failed')),
    at_once boolean not null,
    position bigint not null default 0,
    began_from bigint not null default 0,
    began_at timestamptz,
    updated_at timestamptz not null default clock_timestamp(),
    indexed boolean not null default false,
    last_error text,
    difference jsonb,
    asked_by text not null,
    reason text not null,
    asked_at timestamptz not null
);
comment on column projections.rebuilds.at_once is 'changes places with the live one by itself when it has caught up';
comment on column projections.rebuilds.began_from is 'position at which the running reader went on, at began_at';

create table projections.paused (
    projection text primary key,
    asked_by text not null,
    reason text not null,
    asked_at timestamptz not null
);

create table projections.parked (
    id bigint generated always as identity primary key,
    projection text not null,
    version integer not null,
    log_id uuid not null,
    subject text not null,
    position bigint not null,
    type text not null,
    body bytea not null,
    appended_at timestamptz not null,
    error text,
    parked_at timestamptz not null,
    decision text check (decision in ('retry', 'skip')),
    decided_by text,
    decided_at timestamptz,
    reason text,
    skipped boolean not null default false,
    unique (projection, version, log_id, position)
);
comment on column projections.parked.error is 'null: it waits behind another event of the same subject';
create index on projections.parked (projection, subject, position);

create table projections.decisions (
    id bigint generated always as identity primary key,
    projection text not null,
    decision text not null,
    decided_by text not null,
    reason text not null,
    decided_at timestamptz not null,
    parked bigint,
    subject text,
    position bigint
);
create index on projections.decisions (projection, id);

alter table projections.checkpoints owner to hazard_projections;
alter table projections.rebuilds owner to hazard_projections;
alter table projections.paused owner to hazard_projections;
alter table projections.parked owner to hazard_projections;
alter table projections.decisions owner to hazard_projections;
