-- 事件日志 · The event log: one gapless order of facts, proved by a hash chain, and the schemas beside it.

-- Roles belong to the whole server, so another database's start may create them at the same instant.
do $roles$
declare
    wanted text;
begin
    foreach wanted in array array['hazard_writer', 'hazard_people', 'hazard_projections', 'hazard_notifier']
    loop
        begin
            if not exists (select from pg_roles where rolname = wanted) then
                execute format('create role %I nologin', wanted);
            end if;
        exception when duplicate_object or unique_violation then
            null;
        end;
        -- Who made a role may grant it, but not act in it before it is granted; who did not was granted it before.
        begin
            if not (select rolsuper from pg_roles where rolname = current_user) then
                execute format('grant %I to current_user', wanted);
            end if;
        exception when insufficient_privilege then
            null;
        end;
    end loop;
end
$roles$;

-- The log belongs to whoever migrates: its writer may append and read, never change or delete.
create schema log;
create schema people authorization hazard_people;
create schema projections authorization hazard_projections;
create schema notifier authorization hazard_notifier;

create table log.identity (
    log_id uuid not null default gen_random_uuid(),
    only_one boolean primary key default true check (only_one)
);
insert into log.identity default values;

create table log.events (
    position bigint not null,
    appended_at timestamptz not null,
    event_id uuid not null,
    stream uuid not null,
    version integer not null,
    type text not null,
    subject text not null,
    body bytea not null check (octet_length(body) <= 262144),
    leaf bytea not null,
    chain bytea not null,
    primary key (position)
) partition by range (position);
create index events_of_a_stream on log.events (stream, version);

-- Makes the partitions that hold the positions up to the one given; ten million positions each.
create function log.make_partitions(up_to bigint) returns void
language plpgsql as $$
declare
    size constant bigint := 10000000;
begin
    for n in 0 .. up_to / size loop
        execute format(
            'create table if not exists log.%I partition of log.events for values from (%s) to (%s)',
            'events_' || lpad(n::text, 4, '0'), n * size, (n + 1) * size
        );
    end loop;
end
$$;
select log.make_partitions(19999999);

-- A partitioned table cannot hold unique (stream, version) across positions: this table does, by being moved
-- in the append. No index on what moves, and room in each page, so that a move stays in its page.
create table log.streams (
    id uuid primary key,
    aggregate text not null,
    version integer not null,
    position bigint not null
) with (fillfactor = 60);

create table log.names (
    name text primary key,
    stream uuid not null
);

create table log.outcomes (
    client text not null,
    key text not null,
    request bytea not null,
    answer bytea not null,
    position bigint not null,
    primary key (client, key)
);

create table log.number_blocks (
    prefix text primary key,
    next bigint not null
);

-- The log's end; position 0 and thirty-two zero bytes when it is empty.
create view log.head as
select
    identity.log_id,
    coalesce(last.position, 0) as position,
    coalesce(last.chain, decode(repeat('00', 32), 'hex')) as chain,
    last.appended_at
from log.identity
left join lateral (
    select position, chain, appended_at from log.events order by position desc limit 1
) as last on true;

-- Appends up to 64 commands and gives a verdict for each, in their order:
--   stored      its events stand in the log; "position" is that of its last event
--   repeat      this client used this key for the same request: the stored answer and position
--   key-reused  this client used this key for another request
--   conflict    the stream "moved" is not at the expected version but at "actual" (0: it does not exist)
-- Arrays run in step. Commands: clients, keys, requests (hashes), answers, and how many streams, events and names
-- each has. Streams, command after command: those written and those only leaned on. Events, command after
-- command: "event_streams" is the place of its stream among the streams, counted from 1; its version follows from
-- what is expected of that stream.
-- One lock orders all writers, and the last row is the head: a head row moved by each append would rot under a
-- long snapshot.
create function log.append(
    clients text[], keys text[], requests bytea[], answers bytea[],
    stream_counts integer[], event_counts integer[], name_counts integer[],
    stream_ids uuid[], aggregates text[], expected integer[],
    event_streams integer[], event_ids uuid[], types text[], subjects text[], bodies bytea[],
    names text[], name_streams uuid[]
) returns table (verdict text, "position" bigint, answer bytea, moved uuid, actual integer)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    leaves constant bytea[] := array(
        select sha256('\x00'::bytea || body) from unnest(bodies) with ordinality as given (body, n) order by n
    );
    last_position bigint;
    last_chain bytea;
    instant timestamptz;
    versions integer[] := expected;
    stream_positions bigint[] := array_fill(null::bigint, array[cardinality(stream_ids)]);
    event_positions bigint[] := array_fill(null::bigint, array[cardinality(bodies)]);
    event_versions integer[] := array_fill(null::integer, array[cardinality(bodies)]);
    chains bytea[] := array_fill(null::bytea, array[cardinality(bodies)]);
    s integer := 0;  -- the streams, events and names before this command
    e integer := 0;
    n integer := 0;
    at integer;
    held integer;
begin
    if cardinality(keys) > 64 then
        raise exception 'at most 64 commands in one append, not %', cardinality(keys);
    end if;
    perform pg_advisory_xact_lock(7233, 1);
    select head.position, head.chain, greatest(clock_timestamp(), head.appended_at)
    into last_position, last_chain, instant
    from log.head;

    for c in 1 .. cardinality(keys) loop
        verdict := null; position := null; answer := null; moved := null; actual := null;

        -- A repeat comes before what it expects: after its own success every version has moved.
        select case when outcomes.request = requests[c] then 'repeat' else 'key-reused' end,
            outcomes.position, outcomes.answer
        into verdict, position, answer
        from log.outcomes where client = clients[c] and key = keys[c];

        if verdict is null then
            for i in s + 1 .. s + stream_counts[c] loop
                select version into held from log.streams where id = stream_ids[i];
                if coalesce(held, 0) <> expected[i] then
                    verdict := 'conflict'; moved := stream_ids[i]; actual := coalesce(held, 0);
                    exit;
                end if;
            end loop;
        end if;

        if verdict is null then
            verdict := 'stored';
            for i in e + 1 .. e + event_counts[c] loop
                at := event_streams[i];
                if at not between s + 1 and s + stream_counts[c] then
                    raise exception 'event % of the append belongs to no stream of its command', i;
                end if;
                last_position := last_position + 1;
                last_chain := sha256(last_chain || leaves[i]);
                versions[at] := versions[at] + 1;
                stream_positions[at] := last_position;
                event_positions[i] := last_position;
                event_versions[i] := versions[at];
                chains[i] := last_chain;
            end loop;
            position := last_position;

            for i in s + 1 .. s + stream_counts[c] loop
                if expected[i] = 0 and versions[i] > 0 then
                    insert into log.streams (id, aggregate, version, position)
                    values (stream_ids[i], aggregates[i], versions[i], stream_positions[i]);
                elsif versions[i] > expected[i] then
                    update log.streams set version = versions[i], position = stream_positions[i]
                    where id = stream_ids[i];
                end if;
            end loop;

            insert into log.outcomes (client, key, request, answer, position)
            values (clients[c], keys[c], requests[c], answers[c], last_position);

            for i in n + 1 .. n + name_counts[c] loop
                insert into log.names (name, stream) values (names[i], name_streams[i]) on conflict do nothing;
            end loop;
        elsif verdict = 'key-reused' then
            answer := null;
        end if;

        s := s + stream_counts[c];
        e := e + event_counts[c];
        n := n + name_counts[c];
        return next;
    end loop;

    insert into log.events (position, appended_at, event_id, stream, version, type, subject, body, leaf, chain)
    select event.position, instant, event.id, stream_ids[event.stream], event.version, event.type, event.subject,
        event.body, event.leaf, event.chain
    from unnest(
        event_positions, event_ids, event_streams, event_versions, types, subjects, bodies, leaves, chains
    ) as event (position, id, stream, version, type, subject, body, leaf, chain)
    where event.position is not null
    order by event.position;
end
$$;

-- The first of "how_many" numbers that nobody else is given, counted from 1.
create function log.take_numbers(wanted text, how_many integer) returns bigint
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into log.number_blocks as held (prefix, next) values (wanted, 1 + how_many)
    on conflict (prefix) do update set next = held.next + how_many
    returning next - how_many
$$;

revoke all on all functions in schema log from public;
grant execute on function log.append, log.take_numbers to hazard_writer;
grant usage on schema log to hazard_writer, hazard_projections, hazard_notifier;
grant select on all tables in schema log to hazard_writer;
grant select on log.head to hazard_projections, hazard_notifier;
-- A rebuild may read history in bulk from the log.
grant select on log.events to hazard_projections;
