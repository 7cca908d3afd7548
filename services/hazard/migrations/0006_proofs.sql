-- 证明 · The log can be proved: its Merkle tree (RFC 6962) in tiles of 256, and the checkpoints that were signed of it.

-- Tile (0, n) holds the leaves of the 256 events from position 256 n + 1 on; tile (l, n) the roots of the tiles
-- (l - 1, 256 n) and the 255 after it. Only full tiles are kept and none ever changes; what is not full yet is read
-- from log.events and from the roots of the tiles below.
create table log.tiles (
    level smallint not null check (level between 0 and 7),
    index bigint not null check (index >= 0),
    root bytea not null check (octet_length(root) = 32),
    hashes bytea not null check (octet_length(hashes) = 8192),
    primary key (level, index)
);
-- Hashes do not compress; outside the row they leave the roots, which are read by hundreds, close together.
alter table log.tiles alter column hashes set storage external;

create table log.checkpoints (
    log_id uuid not null,
    size bigint not null check (size > 0),
    root bytea not null check (octet_length(root) = 32),
    chain bytea not null check (octet_length(chain) = 32),
    signed_at timestamptz not null,
    public_key bytea not null,
    note text not null,
    primary key (log_id, size)
);

-- The root over a full tile's hashes. Two neighbours stand side by side as 64 bytes.
create function log.tile_root(hashes bytea) returns bytea
language plpgsql immutable strict
set search_path = pg_catalog, pg_temp
as $$
declare
    nodes bytea := hashes;
begin
    while octet_length(nodes) > 32 loop
        nodes := (
            select string_agg(sha256('\x01'::bytea || substring(nodes from 64 * n + 1 for 64)), ''::bytea order by n)
            from generate_series(0, octet_length(nodes) / 64 - 1) as n
        );
    end loop;
    return nodes;
end
$$;

-- Makes the next tiles of the lowest level, at most so many, and those above that become full; gives how many of the
-- lowest level it made. From the log alone: nobody who may call it can put anything else into a tile.
create function log.build_tiles(most integer) returns integer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    first bigint;
    past bigint;
    made integer;
begin
    perform pg_advisory_xact_lock(7233, 5);  -- one builder at a time
    select coalesce(max(index) + 1, 0) into first from log.tiles where level = 0;
    select least(first + most, position / 256) into past from log.head;

    insert into log.tiles (level, index, root, hashes)
    select 0, full_tile.index, log.tile_root(full_tile.hashes), full_tile.hashes
    from (
        select (position - 1) / 256 as index, string_agg(leaf, ''::bytea order by position) as hashes
        from log.events
        where position > first * 256 and position <= past * 256
        group by 1
    ) as full_tile;
    get diagnostics made = row_count;

    for above in 1 .. 7 loop
        select coalesce(max(index) + 1, 0) into first from log.tiles where level = above;
        select coalesce(max(index) + 1, 0) / 256 into past from log.tiles where level = above - 1;
        exit when first >= past;
        insert into log.tiles (level, index, root, hashes)
        select above, full_tile.index, log.tile_root(full_tile.hashes), full_tile.hashes
        from (
            select index / 256 as index, string_agg(root, ''::bytea order by index) as hashes
            from log.tiles
            where level = above - 1 and tiles.index >= first * 256 and tiles.index < past * 256
            group by 1
        ) as full_tile;
    end loop;
    return made;
end
$$;

revoke all on function log.tile_root, log.build_tiles from public;
grant execute on function log.build_tiles to hazard_writer;
grant select on log.tiles to hazard_writer;
-- What was signed is kept: it may be neither changed nor removed.
grant select, insert on log.checkpoints to hazard_writer;
