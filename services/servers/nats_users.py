"""NATS 用户 · Who may do what on the stream: the one text of permissions, for the embedded server and for deploy/.

admin and relay live in the stream's account. Whoever only follows has an account of its own and reaches the
stream through services handed to that account. Inside the stream's account this would not hold: a request may
name any subject for its answer, `safety.>` too, and the server itself would publish the answer into the stream.
A follower therefore speaks to JetStream under the prefix `SAFETY.API`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from string import Template
from textwrap import indent

from contracts.subjects import CHECKPOINTS
from services.servers.failure import ServerFailed

STREAM = "SAFETY"

SERVICES = ("admin", "relay", "projections", "notifier", "web")

Secret = Callable[[str], str]
"""From a user's name to what stands in the configuration as its password."""


@dataclass(frozen=True, slots=True)
class Reader:
    """只读订阅者 · Another agency's user, for one division and what lies below it.

    `division` is a prefix of 2, 4, 6, 9 or 12 digits of the division code.
    """

    division: str

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\d{2}|\d{4}|\d{6}|\d{9}|\d{12}", self.division):
            raise ServerFailed("NATS", f"区划前缀不对 · not a division prefix: {self.division}")

    @property
    def user(self) -> str:
        """User, account and durable consumer bear one name."""
        return f"reader-{self.division}"

    @property
    def subjects(self) -> str:
        """What its consumer is filtered on, such as `safety.33.01.11.>`."""
        parts = re.match(r"(\d\d)(\d\d)?(\d\d)?(\d{3})?(\d{3})?", self.division)
        assert parts is not None
        # A village is no token of a subject: its events stand under its town.
        tokens = [part for part in parts.groups()[:4] if part]
        return ".".join(("safety", *tokens, ">"))


API = "SAFETY.API"
"""The JetStream API prefix of every user but admin and relay: `connection.jetstream(prefix=API)`."""

CONFIGURATION = Template("""\
# NATS 配置 · Written by services/servers/nats_users.py, where the permissions stand.
server_name: hazard
max_payload: 1MB

# An acknowledged event survives a power cut.
jetstream {
  sync_interval: always
}

accounts {
  HAZARD {
    jetstream: enabled
    users: [
$users
    ]
    exports: [
      { stream: "safetylog.>" }
$exports
    ]
  }
$accounts
}
""")

USER = Template("""\
{
  user: "$user"
  password: $password
  permissions {
    publish: $publish
    subscribe: $subscribe
  }
}
""")

ACCOUNT = Template("""\
$account {
  users: [
$users
  ]
  imports: [
$imports
  ]
}
""")

RELAYING = (
    "safety.>",
    "safetylog.>",
    "$JS.API.INFO",
    f"$JS.API.STREAM.INFO.{STREAM}",
    f"$JS.API.STREAM.CREATE.{STREAM}",  # a lost stream is made again; one that is there stays as it is
    f"$JS.API.STREAM.MSG.GET.{STREAM}",
    f"$JS.API.DIRECT.GET.{STREAM}",
    f"$JS.API.DIRECT.GET.{STREAM}.>",
)
WAKING = ("safetylog.wake",)
WATCHING = (f"STREAM.INFO.{STREAM}",)  # how far the relay has come, for the figures of the web process
FOLLOWING = (
    f"STREAM.INFO.{STREAM}",
    f"CONSUMER.CREATE.{STREAM}.>",
    f"CONSUMER.INFO.{STREAM}.*",
    f"CONSUMER.MSG.NEXT.{STREAM}.*",
)
FOLLOWERS = ("projections", "notifier")


def render(readers: Sequence[Reader], secret: Secret) -> str:
    """配置全文 · The server's whole configuration with its users; where it listens and stores is not in it."""
    followers = [_account(user, FOLLOWING, (), "safetylog.>", secret) for user in FOLLOWERS]
    followers.append(_account("web", WATCHING, WAKING, CHECKPOINTS, secret))
    outside = [
        _account(reader.user, _reading(reader), _receipts(reader), CHECKPOINTS, secret) for reader in readers
    ]
    exports = [
        _export((*FOLLOWERS, "web") if subject in WATCHING else FOLLOWERS, subject) for subject in FOLLOWING
    ]
    exports += [_export(("web",), subject, "") for subject in WAKING]
    exports += [_export((reader.user,), subject) for reader in readers for subject in _reading(reader)]
    exports += [_export((reader.user,), subject, "") for reader in readers for subject in _receipts(reader)]
    return CONFIGURATION.substitute(
        users=_block([_admin(secret), _user("relay", RELAYING, secret)], 6),
        exports=_block(exports, 6),
        accounts=_block(followers + outside, 2),
    )


DEPLOYMENT = (Reader("330111"),)
"""Whom deploy/nats.conf names for a start."""

DEPLOYED = """\
# 部署用 · For a deployment: nats-server -c nats.conf --store_dir /data
# Passwords come from the environment; begin them with a letter and use letters and digits only, for the server
# reads them as words of this language. TLS and further readers are added here. This file is written by
#   python -c 'from services.servers.nats_users import deployment; print(deployment(), end="")'
"""


def deployment() -> str:
    """部署配置 · The text of deploy/nats.conf: the same users, their passwords from the environment."""
    return DEPLOYED + render(DEPLOYMENT, password_variable)


def password_variable(user: str) -> str:
    """口令变量 · Where a deployment has a user's password, such as `$HAZARD_NATS_RELAY_PASSWORD`."""
    return f"$HAZARD_NATS_{user.upper().replace('-', '_')}_PASSWORD"


def _reading(reader: Reader) -> tuple[str, ...]:
    return (f"CONSUMER.INFO.{STREAM}.{reader.user}", f"CONSUMER.MSG.NEXT.{STREAM}.{reader.user}")


def _receipts(reader: Reader) -> tuple[str, ...]:
    return (f"$JS.ACK.{STREAM}.{reader.user}.>",)


def _admin(secret: Secret) -> str:
    # It makes and changes the stream; events and checkpoints come from the relay alone.
    denied = f"{{ deny: {_listed(('safety.>', CHECKPOINTS))} }}"
    return USER.substitute(user="admin", password=secret("admin"), publish=denied, subscribe='[">"]')


def _user(user: str, publish: Sequence[str], secret: Secret) -> str:
    hears = (f"_INBOX.{user}.>", "safetylog.>")
    return USER.substitute(
        user=user, password=secret(user), publish=_listed(publish), subscribe=_listed(hears)
    )


def _account(
    user: str, services: Sequence[str], as_they_are: Sequence[str], hears: str, secret: Secret
) -> str:
    """An account of one user, with the services it was handed and the one subject it hears beside its answers."""
    imports = [
        f'{{ service: {{ account: HAZARD, subject: "$JS.API.{subject}" }}, to: "{API}.{subject}" }}\n'
        for subject in services
    ]
    imports += [f'{{ service: {{ account: HAZARD, subject: "{subject}" }} }}\n' for subject in as_they_are]
    imports += [f'{{ stream: {{ account: HAZARD, subject: "{hears}" }} }}\n']
    one = USER.substitute(
        user=user,
        password=secret(user),
        publish=_listed([*(f"{API}.{subject}" for subject in services), *as_they_are]),
        subscribe=_listed([f"_INBOX.{user}.>", hears]),
    )
    return ACCOUNT.substitute(account=user, users=_block([one], 4), imports=_block(imports, 4))


def _export(accounts: Sequence[str], subject: str, api: str = "$JS.API.") -> str:
    # A pull is answered by many messages.
    many = ", response_type: stream" if ".MSG.NEXT." in subject else ""
    return f'{{ service: "{api}{subject}"{many}, accounts: {_listed(accounts)} }}\n'


def _listed(words: Sequence[str]) -> str:
    return "[" + ", ".join(f'"{word}"' for word in words) + "]"


def _block(parts: Sequence[str], spaces: int) -> str:
    return indent("".join(parts).rstrip("\n"), " " * spaces)
