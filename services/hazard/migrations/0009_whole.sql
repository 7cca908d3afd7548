-- 整体追加 · What belongs together is stored together or not at all, without a round trip while the lock is held.

-- As log.append, with its arrays and its verdicts; but one command that is refused takes all back. A client
-- that judged this itself would hold the lock of all writers for as long as it sleeps.
create function log.append_whole(
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
                expected, event_streams, event_ids, types, subjects, bodies, names, name_streams
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
revoke all on function log.append_whole from public;
grant execute on function log.append_whole to hazard_writer;
