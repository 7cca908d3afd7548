-- 台账导入 · Ledgers that were handed in, and the verdict on each row. A ledger names people, so it stands beside
-- the log and never in it.

create table people.imports (
    id uuid primary key,
    client text not null,
    key text not null,
    digest bytea not null,
    importer jsonb not null,
    dry_run boolean not null,
    workbook bytea not null,
    state text not null default 'waiting' check (state in ('waiting', 'running', 'finished', 'failed')),
    total integer not null default 0,
    failure text,
    notes text[] not null default '{}',
    handed_in_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    unique (client, key)
);
create index imports_to_do on people.imports (handed_in_at) where state in ('waiting', 'running');

create table people.import_verdicts (
    import uuid not null references people.imports (id),
    line integer not null,
    verdict text not null check (verdict in ('added', 'advanced', 'unchanged', 'visited', 'refused')),
    reason text not null,
    number text,
    steps integer not null default 0,
    primary key (import, line)
);

grant select, insert, update on people.imports, people.import_verdicts to hazard_people;
