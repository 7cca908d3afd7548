-- 转发 · What the relay knows of the stream, who may close the log and open it again, and how lost events come back.

-- How log and stream stood to one another when a relay last compared them; one row, moved every few seconds.
create table log.relaying (
    only_one boolean primary key default true check (only_one),
    state text not null default 'unknown' check (state in ('unknown', 'publishing', 'ahead', 'forked')),
    reason text,
    stream_end bigint not null default 0,
    compared_at timestamptz
);
insert into log.relaying default values;

-- What this log was called before its stream was rebuilt under a new name: the same events, up to a position.
create table log.identities_before (
    log_id uuid primary key,
    until bigint not null,
    reason text not null,
    replaced_at timestamptz not null default clock_timestamp()
);

-- Only the session that holds the relay's lock may say how the log stands: whoever lost the lock knows old news.
create function log.must_lead() returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    if not exists (
        select from pg_locks
        where locktype = 'advisory' and classid = 7233 and objid = 2 and objsubid = 2 and granted
            and pid = pg_backend_pid()
            and database = (select oid from pg_database where datname = current_database())
    ) then
        raise exception 'this session does not hold the relay''s lock';
    end if;
end
$$;

-- Notes how the stream stands; closes the log with a reason for people, or opens it (null). Whatever was let in
-- before has committed when this commits, and whatever comes later sees it.
create function log.note_standing(now_state text, now_end bigint, now_reason text, now_refusing text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform log.must_lead();
    update log.relaying
    set state = now_state, stream_end = now_end, reason = now_reason, compared_at = clock_timestamp();
    if (select refusing from log.identity) is distinct from now_refusing then
        perform pg_advisory_xact_lock(7233, 1);
        update log.identity set refusing = now_refusing;
    end if;
end
$$;

-- Takes events back that the stream has and the log has lost, as they were, behind the log's end; gives the new
-- end. The log is closed meanwhile, and what does not extend its chain, its streams and its clock is not taken.
create function log.adopt(
    first_position bigint,
    instants timestamptz[], event_ids uuid[], streams uuid[], aggregates text[], versions integer[],
    types text[], subjects text[], bodies bytea[], chains bytea[],
    names text[], name_streams uuid[], prefixes text[], nexts bigint[]
) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    leaves constant bytea[] := array(
        select sha256('\x00'::bytea || body) from unnest(bodies) with ordinality as given (body, n) order by n
    );
    head record;
    chain bytea;
    instant timestamptz;
begin
    perform log.must_lead();
    perform pg_advisory_xact_lock(7233, 1);
    select * into head from log.head;
    if head.refusing is null then
        raise exception 'the log is open: what it lost is taken back while it is closed';
    end if;
    if first_position <> head.position + 1 then
        raise exception 'position % does not follow %', first_position, head.position;
    end if;

    chain := head.chain;
    instant := head.appended_at;
    for i in 1 .. cardinality(bodies) loop
        chain := sha256(chain || leaves[i]);
        if chain <> chains[i] then
            raise exception 'position % does not extend the chain', head.position + i;
        end if;
        if instants[i] < instant then
            raise exception 'position % is older than the one before', head.position + i;
        end if;
        instant := instants[i];
    end loop;
    if exists (
        select from (
            select given.version, coalesce(held.version, 0) + row_number() over (partition by given.stream order by n)
            from unnest(streams, versions) with ordinality as given (stream, version, n)
            left join log.streams as held on held.id = given.stream
        ) as checked (version, due)
        where version <> due
    ) then
        raise exception 'a version does not follow after position %', head.position;
    end if;

    insert into log.events (position, appended_at, event_id, stream, version, type, subject, body, leaf, chain)
    select head.position + n, event.instant, event.id, event.stream, event.version, event.type, event.subject,
        event.body, event.leaf, event.chain
    from unnest(instants, event_ids, streams, versions, types, subjects, bodies, leaves, chains)
        with ordinality as event (instant, id, stream, version, type, subject, body, leaf, chain, n)
    order by n;
    insert into log.streams as held (id, aggregate, version, position)
    select stream, max(aggregate), max(version), head.position + max(n)
    from unnest(streams, aggregates, versions) with ordinality as given (stream, aggregate, version, n)
    group by stream
    on conflict (id) do update set version = excluded.version, position = excluded.position;
    insert into log.names (name, stream)
    select name, stream from unnest(names, name_streams) with ordinality as given (name, stream, n) order by n
    on conflict do nothing;
    insert into log.number_blocks as held (prefix, next)
    select prefix, max(next) from unnest(prefixes, nexts) as used (prefix, next) group by prefix
    on conflict (prefix) do update set next = greatest(held.next, excluded.next);
    return head.position + cardinality(bodies);
end
$$;

-- Gives the log another name, for its stream is rebuilt from the first event: every reader begins anew.
create function log.rename(new_id uuid, why text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform log.must_lead();
    perform pg_advisory_xact_lock(7233, 1);
    insert into log.identities_before (log_id, until, reason) select log_id, position, why from log.head;
    update log.identity set log_id = new_id;
    -- A web process may have kept the fold of events that are thrown away now.
    delete from log.snapshots;
end
$$;

revoke all on function log.must_lead, log.note_standing, log.adopt, log.rename from public;
grant execute on function log.note_standing to hazard_writer;
grant select on log.relaying, log.identities_before to hazard_writer, hazard_projections;
