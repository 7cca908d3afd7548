-- 余量 · Room for the events to come: whoever appends may ask for it, and nobody who reads or writes waits for it.

-- How many more events the partitions hold.
create function log.room() returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(max(substring(pg_get_expr(part.relpartbound, part.oid) from 'TO \(''?(\d+)''?\)')::bigint), 1)
        - 1 - (select position from log.head)
    from pg_inherits
    join pg_class as part on part.oid = inhrelid
    where inhparent = 'log.events'::regclass
$$;

-- As before, but by another way: CREATE … PARTITION OF wants the log for itself alone. It waits for whoever has been
-- reading for an hour, and every append waits behind it. A table made beside the log and then attached waits for
-- nobody but another such, and nobody for it.
create or replace function log.make_partitions(up_to bigint) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    size constant bigint := 10000000;
    part text;
begin
    lock table log.events in share update exclusive mode;
    for n in 0 .. up_to / size loop
        part := 'events_' || lpad(n::text, 4, '0');
        continue when exists (
            select from pg_inherits
            where inhparent = 'log.events'::regclass and inhrelid = to_regclass('log.' || part)
        );
        execute format('create table log.%I (like log.events including all)', part);
        execute format(
            'alter table log.events attach partition log.%I for values from (%s) to (%s)',
            part, n * size, (n + 1) * size
        );
    end loop;
end
$$;

-- Makes partitions until so many more events have room, 100 million at most; gives the room there is then.
create function log.make_room(ahead bigint) returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    if log.room() < ahead then
        perform log.make_partitions(position + least(ahead, 100000000)) from log.head;
    end if;
    return log.room();
end
$$;

revoke all on function log.room, log.make_room from public;
grant execute on function log.room, log.make_room to hazard_writer;
