-- 叶哈希 · The leaves come with the events: who writes has them at hand in a fifth of the time that this server takes.

-- As log.append of 0004, with two differences. The leaf of each event, sha256(0x00 || body), is given; whoever signs a
-- checkpoint hashes every body anew before (proofs/leaves.py), so that a leaf which is not its body's is never signed for.
-- And what needs no lock is done before it: the versions of the events are counted while others still write.
create function log.append(
    clients text[], keys text[], requests bytea[], answers bytea[],
    stream_counts integer[], event_counts integer[], name_counts integer[],
    stream_ids uuid[], aggregates text[], expected integer[],
    event_streams integer[], event_ids uuid[], types text[], subjects text[], bodies bytea[],
    names text[], name_streams uuid[], leaves bytea[]
) returns table (verdict text, "position" bigint, answer bytea, moved uuid, actual integer)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
#variable_conflict use_column
declare
    chains bytea[] := array_fill(null::bytea, array[cardinality(bodies)]);
    versions integer[] := array_fill(null::integer, array[cardinality(bodies)]);
    reached integer[] := expected;
    leaf bytea;
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
    if cardinality(leaves) <> cardinality(bodies) then
        raise exception '% leaves for % events', cardinality(leaves), cardinality(bodies);
    end if;
    for c in 1 .. cardinality(keys) loop
        for i in e + 1 .. e + event_counts[c] loop
            at := event_streams[i];
            if at not between s + 1 and s + stream_counts[c] or aggregates[at] = '' then
                raise exception 'event % of the append belongs to no stream that its command writes', i;
            end if;
            reached[at] := reached[at] + 1;
            versions[i] := reached[at];
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
    at := 0;
    foreach leaf in array leaves loop
        chain := sha256(chain || leaf);
        at := at + 1;
        chains[at] := chain;
    end loop;
    insert into log.events (position, appended_at, event_id, stream, version, type, subject, body, leaf, chain)
    select head.position + n, instant, event.id, stream_ids[event.stream], event.version,
        event.type, event.subject, event.body, event.leaf, event.chain
    from unnest(event_ids, event_streams, versions, types, subjects, bodies, leaves, chains)
        with ordinality as event (id, stream, version, type, subject, body, leaf, chain, n);
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

revoke all on function log.append(
    text[], text[], bytea[], bytea[], integer[], integer[], integer[], uuid[], text[], integer[],
    integer[], uuid[], text[], text[], bytea[], text[], uuid[], bytea[]
) from public;
grant execute on function log.append(
    text[], text[], bytea[], bytea[], integer[], integer[], integer[], uuid[], text[], integer[],
    integer[], uuid[], text[], text[], bytea[], text[], uuid[], bytea[]
) to hazard_writer;

-- As log.append_whole of 0009.
create function log.append_whole(
    clients text[], keys text[], requests bytea[], answers bytea[],
    stream_counts integer[], event_counts integer[], name_counts integer[],
    stream_ids uuid[], aggregates text[], expected integer[],
    event_streams integer[], event_ids uuid[], types text[], subjects text[], bodies bytea[],
    names text[], name_streams uuid[], leaves bytea[]
) returns table (verdict text, "position" bigint, answer bytea, moved uuid, actual integer)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    given record;
    verdicts text[] := '{}';
    positions bigint[] := '{}';
    known bytea[] := '{}';
    streams uuid[] := '{}';
    versions integer[] := '{}';
begin
    begin
        for given in
            select * from log.append(
                clients, keys, requests, answers, stream_counts, event_counts, name_counts, stream_ids, aggregates,
                expected, event_streams, event_ids, types, subjects, bodies, names, name_streams, leaves
            )
        loop
            verdicts := verdicts || given.verdict;
            positions := positions || given.position;
            known := known || given.answer;
            streams := streams || given.moved;
            versions := versions || given.actual;
        end loop;
        if verdicts && array['conflict', 'key-reused'] then
            raise exception using errcode = 'HZ002';
        end if;
    exception when sqlstate 'HZ002' then
        null;  -- everything since "begin" is undone, what was noted is not
    end;
    return query
    select * from unnest(verdicts, positions, known, streams, versions);
end
$$;
revoke all on function log.append_whole(
    text[], text[], bytea[], bytea[], integer[], integer[], integer[], uuid[], text[], integer[],
    integer[], uuid[], text[], text[], bytea[], text[], uuid[], bytea[]
) from public;
grant execute on function log.append_whole(
    text[], text[], bytea[], bytea[], integer[], integer[], integer[], uuid[], text[], integer[],
    integer[], uuid[], text[], text[], bytea[], text[], uuid[], bytea[]
) to hazard_writer;

-- For processes of the version before, which give no leaves, while they are being replaced.
create function log.leaves_of(bodies bytea[]) returns bytea[]
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select array(
        select sha256('\x00'::bytea || body) from unnest(bodies) with ordinality as given (body, n) order by n
    )
$$;
create or replace function log.append(
    clients text[], keys text[], requests bytea[], answers bytea[],
    stream_counts integer[], event_counts integer[], name_counts integer[],
    stream_ids uuid[], aggregates text[], expected integer[],
    event_streams integer[], event_ids uuid[], types text[], subjects text[], bodies bytea[],
    names text[], name_streams uuid[]
) returns table (verdict text, "position" bigint, answer bytea, moved uuid, actual integer)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select * from log.append(
        clients, keys, requests, answers, stream_counts, event_counts, name_counts, stream_ids, aggregates,
        expected, event_streams, event_ids, types, subjects, bodies, names, name_streams, log.leaves_of(bodies)
    )
$$;

create or replace function log.append_whole(
    clients text[], keys text[], requests bytea[], answers bytea[],
    stream_counts integer[], event_counts integer[], name_counts integer[],
    stream_ids uuid[], aggregates text[], expected integer[],
    event_streams integer[], event_ids uuid[], types text[], subjects text[], bodies bytea[],
    names text[], name_streams uuid[]
) returns table (verdict text, "position" bigint, answer bytea, moved uuid, actual integer)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select * from log.append_whole(
        clients, keys, requests, answers, stream_counts, event_counts, name_counts, stream_ids, aggregates,
        expected, event_streams, event_ids, types, subjects, bodies, names, name_streams, log.leaves_of(bodies)
    )
$$;
