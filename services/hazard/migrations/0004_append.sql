-- 追加 · The append again: set-based where nothing is in dispute, open to the library's streams, and able to be closed.

-- Why the log takes nothing in: the stream holds events that the log has lost. Null: it takes them in.
alter table log.identity add column refusing text;

create or replace view log.head as
select
    identity.log_id,
    coalesce(last.position, 0) as position,
    coalesce(last.chain, decode(repeat('00', 32), 'hex')) as chain,
    last.appended_at,
    identity.refusing
from log.identity
left join lateral (
    select position, chain, appended_at from log.events order by position desc limit 1
) as last on true;

-- Appends up to 64 commands and gives a verdict for each, in their order; see 0001_log.sql for the arrays and the
-- verdicts. New here:
--   a command whose key is null leaves no outcome (the library's recorder has none to give);
--   a stream that does not exist is as expected at 0 and, for streams that begin at version 0, at -1;
--   the kind of a stream that is only leaned on is the empty text;
--   a log that refuses raises HZ001 with the reason;
--   when every command is as it expected and none writes what another looks at, all are stored by a few statements
--   for all of them together. Whatever else happens is judged command after command, in log.judge.
create or replace function log.append(
    clients text[], keys text[], requests bytea[], answers bytea[],
    stream_counts integer[], event_counts integer[], name_counts integer[],
    stream_ids uuid[], aggregates text[], expected integer[],
    event_streams integer[], event_ids uuid[], types text[], subjects text[], bodies bytea[],
    names text[], name_streams uuid[]
) returns table (verdict text, "position" bigint, answer bytea, moved uuid, actual integer)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    leaves constant bytea[] := array(
        select sha256('\x00'::bytea || body) from unnest(bodies) with ordinality as given (body, n) order by n
    );
    chains bytea[] := array_fill(null::bytea, array[cardinality(bodies)]);
    head record;
    chain bytea;
    instant timestamptz;
    s integer := 0;  -- the streams and events before this command
    e integer := 0;
    at integer;
begin
    if cardinality(keys) > 64 then
        raise exception 'at most 64 commands in one append, not %', cardinality(keys);
    end if;
    for c in 1 .. cardinality(keys) loop
        for i in e + 1 .. e + event_counts[c] loop
            at := event_streams[i];
            if at not between s + 1 and s + stream_counts[c] or aggregates[at] = '' then
                raise exception 'event % of the append belongs to no stream that its command writes', i;
            end if;
        end loop;
        s := s + stream_counts[c];
        e := e + event_counts[c];
    end loop;

    perform pg_advisory_xact_lock(7233, 1);
    select * into head from log.head;
    if head.refusing is not null then
        raise exception using errcode = 'HZ001', message = head.refusing;
    end if;
    instant := greatest(clock_timestamp(), head.appended_at);

    -- Disputed: a repeat, a stream elsewhere than expected, or one command writing what another looks at. Looked up
    -- one by one ("limit 1"), for a plan that reads whole tables would grow with them.
    if exists (
        select from unnest(clients, keys) as asked (client, key)
        cross join lateral (
            select from log.outcomes where client = asked.client and key = asked.key limit 1
        ) as known
    ) or exists (
        select from unnest(stream_ids, expected) as wanted (id, version)
        left join lateral (select version from log.streams where id = wanted.id limit 1) as held on true
        where held.version is distinct from wanted.version and (held.version is not null or wanted.version > 0)
    ) or cardinality(keys) > 1 and (
        exists (
            select from unnest(stream_ids, aggregates) as wanted (id, aggregate)
            group by id having count(*) > 1 and bool_or(aggregate <> '')
        ) or exists (
            select from unnest(clients, keys) as asked (client, key)
            where key is not null group by client, key having count(*) > 1
        )
    ) then
        return query select * from log.judge(
            clients, keys, requests, answers, stream_counts, event_counts, name_counts, stream_ids, aggregates,
            expected, event_streams, event_ids, types, subjects, bodies, names, name_streams,
            leaves, head.position, head.chain, instant
        );
        return;
    end if;

    chain := head.chain;
    for i in 1 .. cardinality(leaves) loop
        chain := sha256(chain || leaves[i]);
        chains[i] := chain;
    end loop;
    insert into log.events (position, appended_at, event_id, stream, version, type, subject, body, leaf, chain)
    select head.position + n, instant, event.id, stream_ids[event.stream],
        expected[event.stream] + row_number() over (partition by event.stream order by n),
        event.type, event.subject, event.body, event.leaf, event.chain
    from unnest(event_ids, event_streams, types, subjects, bodies, leaves, chains)
        with ordinality as event (id, stream, type, subject, body, leaf, chain, n)
    order by n;
    insert into log.streams as held (id, aggregate, version, position)
    select stream_ids[at], aggregates[at], expected[at] + count(*), head.position + max(n)
    from unnest(event_streams) with ordinality as event (at, n)
    group by at
    on conflict (id) do update set version = excluded.version, position = excluded.position;
    insert into log.names (name, stream)
    select * from unnest(names, name_streams)
    on conflict do nothing;
    return query
    with command as (
        select *, head.position + sum(events) over (order by n) as last
        from unnest(clients, keys, requests, answers, event_counts)
            with ordinality as command (client, key, request, answer, events, n)
    ), kept as (
        insert into log.outcomes (client, key, request, answer, position)
        select client, key, request, answer, last from command where key is not null
    )
    select 'stored', last::bigint, null::bytea, null::uuid, null::integer from command order by n;
end
$$;

-- The same, command after command, each seeing what those before it left. Called with the lock held.
create function log.judge(
    clients text[], keys text[], requests bytea[], answers bytea[],
    stream_counts integer[], event_counts integer[], name_counts integer[],
    stream_ids uuid[], aggregates text[], expected integer[],
    event_streams integer[], event_ids uuid[], types text[], subjects text[], bodies bytea[],
    names text[], name_streams uuid[],
    leaves bytea[], last_position bigint, last_chain bytea, instant timestamptz
) returns table (verdict text, "position" bigint, answer bytea, moved uuid, actual integer)
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    versions integer[] := expected;
    stream_positions bigint[] := array_fill(null::bigint, array[cardinality(stream_ids)]);
    s integer := 0;  -- the streams, events and names before this command
    e integer := 0;
    n integer := 0;
    at integer;
    held integer;
begin
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
                if held is distinct from expected[i] and (held is not null or expected[i] > 0) then
                    verdict := 'conflict'; moved := stream_ids[i]; actual := coalesce(held, 0);
                    exit;
                end if;
            end loop;
        end if;

        if verdict is null then
            verdict := 'stored';
            for i in e + 1 .. e + event_counts[c] loop
                at := event_streams[i];
                last_position := last_position + 1;
                last_chain := sha256(last_chain || leaves[i]);
                versions[at] := versions[at] + 1;
                stream_positions[at] := last_position;
                insert into log.events
                    (position, appended_at, event_id, stream, version, type, subject, body, leaf, chain)
                values (last_position, instant, event_ids[i], stream_ids[at], versions[at], types[i], subjects[i],
                    bodies[i], leaves[i], last_chain);
            end loop;
            position := last_position;

            for i in s + 1 .. s + stream_counts[c] loop
                if versions[i] > expected[i] then
                    insert into log.streams as held (id, aggregate, version, position)
                    values (stream_ids[i], aggregates[i], versions[i], stream_positions[i])
                    on conflict (id) do update set version = excluded.version, position = excluded.position;
                end if;
            end loop;

            if keys[c] is not null then
                insert into log.outcomes (client, key, request, answer, position)
                values (clients[c], keys[c], requests[c], answers[c], last_position);
            end if;

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
end
$$;
revoke all on function log.judge from public;

-- A fold kept, so that a long life is loaded from its last pages. Never the truth: it may be emptied at any time.
create table log.snapshots (
    stream uuid not null,
    form text not null,
    version integer not null,
    taken_at timestamptz not null default clock_timestamp(),
    state bytea not null,
    primary key (stream, form)
);
grant select, insert, update, delete on log.snapshots to hazard_writer;
