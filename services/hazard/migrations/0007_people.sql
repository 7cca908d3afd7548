-- 人员 · Names, numbers, ledgers and reports sealed with keys that stand outside this database, and what was erased.
--
-- What stood here in plain is set aside; the first process that opens the door seals it and drops these tables, so
-- that their files are gone too (services/erasing.py, services/hazard/ledger/storing.py).

alter table people.people rename to people_in_plain;
alter index people.people_pkey rename to people_in_plain_pkey;
alter table people.imports rename to imports_in_plain;
alter index people.imports_pkey rename to imports_in_plain_pkey;
alter index people.imports_client_key_key rename to imports_in_plain_client_key_key;
alter index people.imports_to_do rename to imports_in_plain_to_do;
alter table people.import_verdicts rename to verdicts_in_plain;
alter index people.import_verdicts_pkey rename to verdicts_in_plain_pkey;

-- Which keys seal what stands here: those of another installation are refused before anything is written.
create table people.key_store (
    id uuid not null,
    only_one boolean primary key default true check (only_one)
);

-- The third list of erasures; the other two stand with the keys. An id is a person's, import/<id> or text/<id>.
create table people.erasures (
    id text primary key,
    erased_at timestamptz not null,
    erased_by text not null,
    reason text not null
);

create table people.people (
    id text primary key check (id ~ '^p-[0-9A-Za-z-]{1,64}$'),
    sealed_name bytea,
    sealed_phone bytea,
    sealed_email bytea,
    -- Keyed hashes: of organisation and name, to find a person by; of each name there was, to find ledgers by.
    matched bytea,
    known_as bytea[] not null default '{}',
    organisation text,
    division text check (division ~ '^[0-9]{12}$'),
    created_at timestamptz not null,
    changed_at timestamptz not null,
    erased_at timestamptz,
    check ((sealed_name is null) = (erased_at is not null)),
    check (
        erased_at is null
        or (sealed_phone is null and sealed_email is null and matched is null and known_as = '{}')
    )
);
create index people_matched on people.people (matched) where matched is not null;

create table people.imports (
    id uuid primary key,
    client text not null,
    key text not null,
    digest bytea not null,
    importer jsonb not null,
    dry_run boolean not null,
    sealed_workbook bytea,
    -- Keyed hashes of the names in the workbook: who is erased takes it along.
    named bytea[] not null default '{}',
    state text not null default 'waiting' check (state in ('waiting', 'running', 'finished', 'failed')),
    total integer not null default 0,
    failure text,
    notes text[] not null default '{}',
    handed_in_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    erased_at timestamptz,
    unique (client, key),
    check ((sealed_workbook is null) = (erased_at is not null)),
    check (erased_at is null or named = '{}')
);
create index imports_to_do on people.imports (handed_in_at) where state in ('waiting', 'running');
create index imports_kept on people.imports (finished_at) where erased_at is null;
create index imports_named on people.imports using gin (named);

create table people.import_verdicts (
    import uuid not null references people.imports (id),
    line integer not null,
    verdict text not null check (verdict in ('added', 'advanced', 'unchanged', 'visited', 'refused')),
    -- A reason may quote a name from the row.
    sealed_reason bytea,
    number text,
    steps integer not null default 0,
    primary key (import, line)
);

-- 可删除文字 · What the public reports and what is said about persons: events hold an id and a salted commitment.
create table people.texts (
    id uuid primary key,
    sealed bytea,
    commitment bytea not null check (octet_length(commitment) = 32),
    author text not null,
    created_at timestamptz not null,
    erased_at timestamptz,
    check ((sealed is null) = (erased_at is not null))
);

create index texts_of_an_author on people.texts (author) where sealed is not null;

-- Readings of a text have its id in the column person, as text/<id>.
alter table people.readings drop constraint readings_what_check;
alter table people.readings add constraint readings_what_check check (what in ('name', 'contact', 'text'));

grant select, insert on people.key_store, people.erasures to hazard_people;
grant select, insert, update on people.people, people.imports, people.import_verdicts, people.texts to hazard_people;

-- A new installation has nothing to seal.
do $plain$
begin
    if not exists (select from people.people_in_plain) then
        drop table people.people_in_plain;
    end if;
    if not exists (select from people.imports_in_plain) then
        drop table people.verdicts_in_plain;
        drop table people.imports_in_plain;
    end if;
end
$plain$;
