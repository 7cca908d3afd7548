"""入口检查 · What every command body passes: no phone or identity number in free text, no unknown attachment."""

import re

from pydantic import BaseModel

from contracts.problems import FieldError
from services import personal_numbers
from services.attachments import Attachments
from services.trouble import Trouble

IDENTIFIER = re.compile(
    r"^(sha256:[0-9a-f]{64}|([a-z-]+/)?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|p-[0-9A-Za-z-]+)$"
)
NUMBERS = frozenset(
    {"certificates", "certificate", "division", "number", "notice", "scanned", "signature", "document"}
)


def texts(ask: BaseModel) -> list[tuple[str, str]]:
    """文字 · Every string of a body that could hold a number of a person, with its JSON pointer.

    Those of documents and certificates are left out, as is a signature, which is kept beside the log.
    """
    found: list[tuple[str, str]] = []
    to_look: list[tuple[str, object]] = [("", ask)]
    while to_look:
        pointer, value = to_look.pop()
        if isinstance(value, str):
            if len(value) >= personal_numbers.FEWEST:
                found.append((pointer, value))
        elif isinstance(value, BaseModel):
            to_look += [
                (f"{pointer}/{name}", inner)
                for name, inner in value.__dict__.items()
                if inner is not None and inner != () and name not in NUMBERS
            ]
        elif isinstance(value, dict):
            to_look += [(f"{pointer}/{name}", inner) for name, inner in value.items()]
        elif isinstance(value, (list, tuple)):
            to_look += [(f"{pointer}/{place}", inner) for place, inner in enumerate(value)]
    return found


async def check(ask: BaseModel, attachments: Attachments) -> None:
    """检查 · Refuses personal data in free text and attachments that were never uploaded.

    Raises Trouble personal-data, attachment-unknown (422), with the pointer of each.
    """
    found = texts(ask)
    check_personal_data([(pointer, text) for pointer, text in found if not IDENTIFIER.match(text)])
    digests = {text: pointer for pointer, text in found if text.startswith("sha256:")}
    missing = await attachments.missing(digests) if digests else ()
    if missing:
        errors = [FieldError(pointer=digests[digest], detail="附件尚未上传") for digest in sorted(missing)]
        raise Trouble("attachment-unknown", "引用的附件尚未上传，请先上传照片或文件", errors=errors)


def check_personal_data(free: list[tuple[str, str]]) -> None:
    """个人信息检查 · Names people by id; numbers of persons have no place in an event."""
    errors = [
        FieldError(pointer=pointer, detail=f"含{kind}")
        for pointer, text in free
        if (kind := personal_numbers.personal_data_in(text)) is not None
    ]
    if errors:
        raise Trouble("personal-data", "文字中不得填写手机号码或身份证号码，请改用人员标识", errors=errors)
