"""权限表 · Who may send which command at which status, written from domain/lifecycle.md b.5 and b.3, not from the code.

One line: command | kind of hazard | who, as b.5 has it | statuses, as b.3 has them.
* kinds: general (found by an authority), own (GENERAL, self-found, no order), major; "any" is all three.
* who: roles; "author:" before the roles that may only where the record is their own, "propose:" before those whose
  command is recorded as a proposal.
* statuses: "living" are REGISTERED to VERIFIED, "recorded" all but DRAFT; "-" leaves them to the command's own region.
What a line does not name is refused. Commands that do not exist yet become active by appearing in COMMANDS.
"""

from dataclasses import dataclass
from itertools import chain

from contracts.values import Role, Status

KINDS = ("general", "own", "major")
STATUSES_OF = {
    "general": set(Status) - {Status.PLAN_REQUIRED},
    "own": set(Status) - {Status.PLAN_REQUIRED, Status.PENDING_CONFIRMATION, Status.NOT_A_HAZARD},
    "major": set(Status) - {Status.DRAFT, Status.PENDING_CONFIRMATION, Status.NOT_A_HAZARD},
}
LIVING = {
    Status.REGISTERED,
    Status.PLAN_REQUIRED,
    Status.RECTIFYING,
    Status.SUBMITTED,
    Status.VERIFIED,
}
AUTHORS = "PUB WRK GRID VIL EXP ENT_S ENT_M LND TWN TWO"

TABLE = f"""
submit               | general | author: {AUTHORS} TWL DPO DPL SCO ENF | DRAFT
submit               | own     | author: ENT_S                     | DRAFT
confirm              | general | TWN TWO TWL DPO DPL               | PENDING_CONFIRMATION
reject               | general | TWN TWO TWL DPO DPL               | PENDING_CONFIRMATION
mark-duplicate       | any     | TWN TWO TWL DPO DPL               | PENDING_CONFIRMATION REGISTERED
confirm              | general | propose: EXP                      | PENDING_CONFIRMATION
reject               | general | propose: EXP                      | PENDING_CONFIRMATION
mark-duplicate       | any     | propose: EXP                      | PENDING_CONFIRMATION REGISTERED
void                 | any     | TWL DPL                           | DRAFT REGISTERED
void                 | general | author: {AUTHORS}                 | DRAFT
void                 | own     | author: ENT_S                     | DRAFT
classify             | any     | TWO DPO DPL                       | REGISTERED PLAN_REQUIRED RECTIFYING SUBMITTED
classify             | any     | propose: EXP TWN                  | REGISTERED PLAN_REQUIRED RECTIFYING SUBMITTED
upgrade-to-major     | general | TWO DPO DPL                       | RECTIFYING SUBMITTED
upgrade-to-major     | own     | TWO DPO DPL                       | RECTIFYING SUBMITTED
downgrade-to-general | major   | DPL                               | PLAN_REQUIRED RECTIFYING
advise-rectification | any     | EXP TWN TWO DPO                   | REGISTERED PLAN_REQUIRED RECTIFYING SUBMITTED
fix-on-spot          | general | ENT_S ENT_M LND TWO DPO EXP GRID  | REGISTERED
fix-on-spot          | own     | ENT_S ENT_M LND TWO DPO EXP GRID  | REGISTERED
order-rectification  | general | TWO DPO DPL ENF                   | REGISTERED
order-rectification  | own     | TWO DPO DPL ENF                   | REGISTERED
ask-rectification    | general | GRID VIL TWN TWO TWL DPO SCO      | REGISTERED
ask-rectification    | general | author: LND                       | REGISTERED
ask-rectification    | general | propose: EXP                      | REGISTERED
ask-rectification    | own     | propose: EXP                      | REGISTERED
ask-rectification    | own     | GRID VIL TWN TWO TWL DPO SCO ENT_S ENT_M | REGISTERED
serve-notice         | any     | TWO DPO ENF                       | -
record-signature-refusal | any | TWO DPO ENF                       | -
assign-responsible   | any     | ENT_M TWO DPO                     | REGISTERED PLAN_REQUIRED RECTIFYING
require-plan         | major   | DPO                               | REGISTERED
waive-plan           | major   | DPO                               | REGISTERED PLAN_REQUIRED
file-plan            | major   | ENT_M LND                         | PLAN_REQUIRED
accept-plan          | major   | DPO DPL                           | PLAN_REQUIRED
return-plan          | major   | DPO DPL                           | PLAN_REQUIRED
impose-interim-measure | any   | ENT_S ENT_M LND TWO DPO DPL       | -
report-progress      | any     | ENT_S ENT_M LND                   | PLAN_REQUIRED RECTIFYING
urge-rectification   | any     | GRID VIL EXP TWN TWO TWL DPO DPL SCO | REGISTERED PLAN_REQUIRED RECTIFYING
request-extension    | any     | ENT_M                             | RECTIFYING
agree-extension      | any     | TWO DPO                           | -
grant-extension      | general | TWL DPO                           | -
grant-extension      | own     | TWL DPO                           | -
grant-extension      | major   | DPL                               | -
refuse-extension     | general | TWL DPO                           | -
refuse-extension     | own     | TWL DPO                           | -
refuse-extension     | major   | DPL                               | -
submit-rectification | general | ENT_S ENT_M LND                   | RECTIFYING
submit-rectification | own     | ENT_S ENT_M LND                   | RECTIFYING
submit-rectification | major   | ENT_M LND                         | RECTIFYING
reinspect            | general | TWN TWO TWL DPO ENF               | SUBMITTED
reinspect            | own     | TWN TWO TWL DPO ENF ENT_S ENT_M   | SUBMITTED
reinspect            | major   | DPO DPL                           | SUBMITTED
reinspect            | general | propose: GRID VIL EXP             | SUBMITTED
reinspect            | own     | propose: GRID VIL EXP             | SUBMITTED
reinspect            | major   | propose: EXP                      | SUBMITTED
close                | general | TWN TWO TWL DPO DPL               | VERIFIED
close                | own     | TWN TWO TWL DPO DPL ENT_S ENT_M   | VERIFIED
close                | major   | DPO DPL                           | VERIFIED
reopen               | any     | TWO TWL DPO DPL SCO               | VERIFIED CLOSED
reopen               | any     | propose: EXP ENT_S ENT_M TWN      | VERIFIED CLOSED
transfer             | any     | TWO TWL DPO DPL SCO ENF           | living
transfer             | any     | propose: TWN                      | living
accept-transfer      | any     | DPO                               | -
return-transfer      | any     | DPO                               | -
escalate-to-department | any   | TWN TWO TWL SCO SYS               | -
escalate-to-department | any   | propose: GRID VIL EXP             | -
list-for-supervision | major   | DPL SCO                           | -
request-acceptance   | major   | ENT_M LND                         | -
accept-listed        | major   | DPO DPL SCO                       | -
delist               | major   | DPL SCO                           | -
request-lift         | any     | ENT_M LND                         | -
lift-interim-measure | any     | DPO DPL SCO                       | -
refuse-lift          | any     | DPO DPL SCO                       | -
apply-compulsion     | any     | DPL                               | -
propose-penalty      | any     | TWN TWO TWL SCO SYS               | -
refer-to-enforcement | any     | DPO DPL ENF                       | -
link-case            | any     | ENF                               | -
note-case-decision   | any     | ENF                               | -
note-case-closure    | any     | ENF                               | -
record-deadline-missed | any   | SYS                               | -
recompute-deadline   | any     | SYS                               | -
correct-record       | any     | TWL DPL                           | recorded
correct-record       | general | author: {AUTHORS} DPO SCO ENF     | recorded
landlord-respond     | any     | LND                               | -
"""


@dataclass(frozen=True)
class Line:
    """一行 · Who may send a command about one kind of hazard, where; `statuses` is None where they are tested elsewhere."""

    command: str
    kinds: tuple[str, ...]
    roles: frozenset[Role]
    how: str
    statuses: frozenset[Status] | None


def line(text: str) -> Line:
    command, kind, who, where = (cell.strip() for cell in text.split("|"))
    words = where.split()
    return Line(
        command=command,
        kinds=KINDS if kind == "any" else (kind,),
        roles=frozenset(Role(word) for word in who.rpartition(":")[2].split()),
        how=who.rpartition(":")[0],
        statuses=None if words == ["-"] else frozenset(chain.from_iterable(map(statuses, words))),
    )


def statuses(word: str) -> set[Status]:
    return {"living": LIVING, "recorded": set(Status) - {Status.DRAFT}}.get(word) or {Status(word)}


LINES = tuple(line(text) for text in TABLE.strip().splitlines())


def lines(command: str, kind: str) -> tuple[Line, ...]:
    return tuple(line for line in LINES if line.command == command and kind in line.kinds)


# 角色 · b.5 with every cell: Y may, Y* within town powers, own, author, lister, P proposes, A assists, R reports.
COLUMNS = ("PUB/WRK", "GRID/VIL", "EXP", "ENT", "LND", "TWN", "TWO", "TWL", "DPO", "DPL", "SCO", "ENF")
MATRIX = """
CAPTURE            | Y  | Y | Y   | Y   | Y   | Y   | Y   | Y | Y | Y | Y | Y
CONFIRM            | -  | - | P   | -   | -   | Y   | Y   | Y | Y | Y | - | -
ADVISE             | -  | - | Y   | -   | -   | Y   | Y   | - | Y | - | - | -
ASK                | -  | Y | P   | own | own | Y   | Y   | Y | Y | - | Y | -
ORDER              | -  | - | -   | -   | -   | -   | Y*  | - | Y | Y | - | Y
CLASSIFY           | -  | - | P+R | R   | -   | P+R | Y+R | - | Y | Y | - | -
UPGRADE            | -  | - | P+R | R   | -   | P+R | Y+R | - | Y | Y | - | -
DOWNGRADE          | -  | - | -   | -   | -   | -   | -   | - | P | Y | - | -
INTERIM            | -  | - | -   | own | own | R   | Y*+R | R | Y | Y | - | -
SUBMIT_GENERAL     | -  | - | -   | own | own | -   | -   | - | - | - | - | -
REINSPECT_GENERAL  | -  | P | P   | own | -   | Y   | Y   | Y | Y | - | - | Y
REINSPECT_MAJOR    | -  | - | P   | -   | -   | -   | A   | - | Y | Y | - | -
CLOSE_GENERAL      | -  | - | -   | own | -   | Y*  | Y   | Y | Y | Y | - | -
CLOSE_MAJOR        | -  | - | -   | -   | -   | -   | -   | - | Y | Y | - | -
EXTEND_REQUEST     | -  | - | -   | main | -  | -   | -   | - | - | - | - | -
EXTEND_AGREE       | -  | - | -   | -   | -   | -   | Y   | - | Y | - | - | -
EXTEND_GRANT       | -  | - | -   | -   | -   | -   | -   | Y | Y | - | - | -
EXTEND_GRANT_MAJOR | -  | - | -   | -   | -   | -   | -   | - | - | Y | - | -
EXTEND_GRANT_LISTED | - | - | -   | -   | -   | -   | -   | - | - | lister | lister | -
LIST               | -  | - | -   | -   | -   | -   | -   | - | P | Y | Y | -
DELIST             | -  | - | -   | -   | -   | -   | -   | - | P | lister | lister | -
TRANSFER           | -  | - | -   | -   | -   | P   | Y   | Y | Y | Y | Y | Y
URGE               | -  | Y | Y   | -   | -   | Y   | Y   | Y | Y | Y | Y | -
REPORT_PROGRESS    | -  | - | -   | own | own | -   | -   | - | - | - | - | -
FILE_PLAN          | -  | - | -   | main | own | -  | -   | - | - | - | - | -
REQUEST_ACCEPTANCE | -  | - | -   | main | own | -  | -   | - | - | - | - | -
REQUEST_LIFT       | -  | - | -   | main | own | -  | -   | - | - | - | - | -
DECIDE_PLAN        | -  | - | -   | -   | -   | -   | -   | - | Y | Y | lister | -
LIFT               | -  | - | -   | -   | -   | -   | -   | - | Y | Y | lister | -
ACCEPT_LISTED      | -  | - | -   | -   | -   | -   | -   | - | Y | Y | lister | -
SERVE              | -  | - | -   | -   | -   | -   | Y   | - | Y | - | - | Y
VOID               | author | author | author | author | author | author | author | Y | - | Y | - | -
REOPEN             | -  | - | P   | P   | -   | P   | Y   | Y | Y | Y | Y | -
ESCALATE           | -  | P | P   | -   | -   | Y   | Y   | Y | - | - | Y | -
CORRECT            | author | author | author | author | author | author | author | Y | author | Y | author | author
REFER              | -  | - | -   | -   | -   | P   | P+Y* | P | Y | Y | P | Y
COMPEL             | -  | - | -   | -   | -   | -   | -   | - | P | Y | - | -
"""

# 区域 · Who may, while a region stands so; everybody else is refused (b.1 and b.3, the cells "if lister" of b.5).
REGIONS = """
unserved             | serve-notice         | TWO DPO ENF
deadline over        | record-deadline-missed | SYS
extension requested  | agree-extension      | TWO DPO
extension requested  | grant-extension      |
extension requested  | refuse-extension     | TWL DPO
extension agreed     | agree-extension      |
extension agreed     | grant-extension      | TWL DPO
major extension agreed | grant-extension    | DPL
listed extension agreed | grant-extension   | SCO
listed extension agreed | refuse-extension  | SCO
listed               | downgrade-to-general |
listed               | list-for-supervision |
listed and submitted | request-acceptance   | ENT_M LND
acceptance requested | accept-listed        | DPO DPL SCO
accepted             | delist               | SCO
accepted             | accept-listed        |
plan of a listed one | accept-plan          | DPO DPL SCO
plan of a listed one | return-plan          | DPO DPL SCO
measured             | apply-compulsion     | DPL
measured and submitted | request-lift       | ENT_M LND
lift requested       | lift-interim-measure | DPO DPL
lift requested       | refuse-lift          | DPO DPL
transfer offered     | accept-transfer      | DPO
transfer offered     | return-transfer      | DPO
transfer offered     | transfer             |
referred             | link-case            | ENF
referred             | refer-to-enforcement |
case open            | note-case-decision   | ENF
"""
REGION_LINES = tuple(tuple(cell.strip() for cell in row.split("|")) for row in REGIONS.strip().splitlines())
