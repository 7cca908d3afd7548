-- 余量 · Room again, without a lock on each partition: a partition that is being vacuumed holds nobody up.

create or replace function log.make_partitions(up_to bigint) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    size constant bigint := 10000000;
    part text;
begin
    lock table only log.events in share update exclusive mode;
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
