-- 提醒 · What the notifier knows (folded from the stream, may be folded again) and what it did (the ledger, which
-- cannot be rebuilt: back it up).

set local role hazard_notifier;

-- How far the stream of a log has been folded. Another log_id is another history: everything folded starts anew.
create table notifier.checkpoint (
    log_id uuid primary key,
    position bigint not null
);

create table notifier.cases (
    hazard uuid primary key,
    number text not null,
    enterprise text not null,
    enterprise_name text not null,
    division text not null,
    place text not null,
    level text not null,
    track text not null,
    responsible text
);

-- Open obligations only. "version" is the aggregate version of the event that set the date.
create table notifier.obligations (
    hazard uuid not null references notifier.cases on delete cascade,
    kind text not null,
    version integer not null,
    due timestamptz not null,
    set_at timestamptz not null,
    primary key (hazard, kind)
);
create index obligations_by_due on notifier.obligations (due);

create table notifier.appointments (
    person text not null,
    role text not null,
    organisation text not null,
    division text not null,
    starts_on date not null,
    ends_on date,
    primary key (person, role, organisation, division, starts_on)
);

create table notifier.posts (
    enterprise text not null,
    post text not null,
    person text not null,
    primary key (enterprise, post)
);

-- When this ledger began: what older obligations owed before counts as sent, or a lost ledger would send it all
-- again. "epoch" counts the notifiers that have been active; a claim of an earlier one is refused.
create table notifier.ledger (
    opened_at timestamptz not null default clock_timestamp(),
    epoch bigint not null default 0,
    only_one boolean primary key default true check (only_one)
);
insert into notifier.ledger default values;

-- Every reminder ever owed, once; what it was about stands here too, for the obligation itself ends.
create table notifier.reminders (
    id uuid primary key,
    hazard uuid not null,
    kind text not null,
    version integer not null,
    rung integer not null,
    recipient text not null,
    slots text[] not null,
    rule text not null,
    verdict text not null,
    number text not null,
    enterprise text not null,
    division text not null,
    due timestamptz not null,
    owed_at timestamptz not null,
    epoch bigint not null,
    unique (hazard, kind, version, rung, recipient)
);
create index reminders_of_a_person on notifier.reminders (recipient, owed_at);
create index reminders_by_time on notifier.reminders (owed_at, id);

-- One row for each channel a reminder goes out by:
--   waiting     to be claimed once try_after has come
--   claimed     being sent; "attempt" tells the sender's receipt from a later one's
--   sent        the channel took it
--   failed      it will not be tried again; the reason is in "error"
--   unknown     claimed, and the sender died before its receipt
--   ended       what was owed ended before it was sent
--   superseded  a higher rung came before it was sent
create table notifier.deliveries (
    id uuid primary key,
    reminder uuid not null references notifier.reminders,
    channel text not null,
    state text not null default 'waiting',
    attempts integer not null default 0,
    try_after timestamptz not null,
    attempt uuid,
    epoch bigint,
    claimed_at timestamptz,
    settled_at timestamptz,
    error text,
    unique (reminder, channel)
);
create index deliveries_to_make on notifier.deliveries (channel, try_after) where state in ('waiting', 'claimed');

reset role;

-- The notifier may forget what it folded, never what it did; the read side shows the ledger.
revoke delete, truncate on notifier.reminders, notifier.deliveries, notifier.ledger from hazard_notifier;
grant usage on schema notifier to hazard_projections;
grant select on notifier.reminders, notifier.deliveries, notifier.checkpoint to hazard_projections;
