"""签发身份凭证 · `hazard token`: who will ask, in which role and where, signed with the installation's own key."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NoReturn

from cyclopts import Parameter
from cyclopts.validators import Number
from pydantic import ValidationError

from contracts.values import Role
from services import tokens
from services.cli.installation import Settings
from services.keyfiles import UnfitKey
from services.wrong_fields import field_errors

ROLES = "、".join(f"{role.value} {role.zh}" for role in Role if role is not Role.SYS)

# Claims in the words of the command line.
OPTIONS = {
    "/sub": "--person",
    "/division": "--division",
    "/organisation": "--organisation",
    "/certificate": "--certificate",
}


RoleOption = Annotated[Role, Parameter(help=f"角色 · role: {ROLES}", show_choices=False)]
PersonOption = Annotated[str, Parameter(help="人员编号 · person id, e.g. p-9")]
DivisionOption = Annotated[str, Parameter(help="12 位行政区划代码 · division code, e.g. 330111005000")]
OrganisationOption = Annotated[
    str,
    Parameter(help="单位 · organisation; 企业角色（ENT_S、ENT_M、WRK、LND）填企业标识 · an enterprise's id"),
]
CertificateOption = Annotated[str | None, Parameter(help="执法证号 · certificate number of an officer")]
HoursOption = Annotated[
    float, Parameter(help="有效小时数 · hours it is good for", validator=Number(gt=0, lte=24 * 366))
]
DataOption = Annotated[
    Path | None, Parameter(help="数据目录 · data directory; HAZARD_DATA_DIR, else ./.data")
]


def token(
    *,
    role: RoleOption,
    person: PersonOption,
    division: DivisionOption,
    organisation: OrganisationOption,
    certificate: CertificateOption = None,
    hours: HoursOption = 12,
    data: DataOption = None,
) -> None:
    """签发身份凭证并打印到标准输出 · Issue a bearer token and print it.

    TOKEN=$(hazard token --role TWO --person p-9 --division 330111005000 --organisation org-town
    --certificate 33011100123), then curl -H "Authorization: Bearer $TOKEN" …

    SYS is refused: the system acts by service tokens with a list of commands. A deployment that names its issuer's
    keys in HAZARD_TOKEN_KEYS takes its tokens from there.
    """
    if role is Role.SYS:
        refuse("系统角色（SYS）不能由人使用：系统进程使用列明命令的服务凭证")
    settings = tokens.TokenSettings()
    if settings.token_keys:
        refuse("本部署由 HAZARD_TOKEN_KEYS 指定的机构签发凭证，请向该机构申请")
    who = {"person": person, "division": division, "organisation": organisation}
    between = {"issuer": settings.token_issuer, "audience": settings.token_audience}
    try:
        key = tokens.own_key(data or Settings().data_dir)
        now = datetime.now(UTC)
        print(tokens.issue(key, role=role, **who, **between, certificate=certificate, hours=hours, now=now))
    except ValidationError as error:
        wrong = field_errors(error.errors())
        refuse("；".join(f"{OPTIONS.get(field.pointer, field.pointer)}：{field.detail}" for field in wrong))
    except UnfitKey as error:
        refuse(str(error))


def refuse(reason: str) -> NoReturn:
    """拒绝 · Say why on the standard error and end with status 2."""
    print(reason, file=sys.stderr)
    sys.exit(2)
