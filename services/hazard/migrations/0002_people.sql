-- 人员 · Names, phones and addresses, beside the log and never in it; and who looked at them.

create table people.people (
    id text primary key check (id ~ '^p-[0-9A-Za-z-]{1,64}$'),
    name text not null check (name <> ''),
    phone text,
    email text,
    organisation text,
    division text check (division ~ '^[0-9]{12}$'),
    created_at timestamptz not null,
    changed_at timestamptz not null
);
-- A name within an organisation is how a ledger knows a person.
create index people_of_an_organisation on people.people (organisation, name);

create table people.readings (
    id bigint generated always as identity primary key,
    read_at timestamptz not null default clock_timestamp(),
    reader text not null,
    person text not null,
    what text not null check (what in ('name', 'contact')),
    why text not null
);
create index readings_of_a_person on people.readings (person, read_at);

-- Who looked is written once: the role that writes it may neither change nor remove it.
grant select, insert, update on people.people to hazard_people;
grant select, insert on people.readings to hazard_people;
