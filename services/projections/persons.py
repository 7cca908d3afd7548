"""人员显示 · Person ids with the names known now: read models hold ids only, names are joined when shown."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, Field

from contracts.values import SEALED_ROLES
from services.projections.reading import Names


class Person(BaseModel):
    """人员 · An id, and the name when there is one on file; 已删除 for who was erased."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"id": "p-301", "name": "王五"}]})

    id: str = Field(description="人员标识")
    name: str | None = Field(description="姓名；未登记时为 null，信息已删除的为「已删除」")


def person(person_id: str | None, names: Names) -> Person | None:
    """人员 · A person as shown, or None where there is none."""
    return Person(id=person_id, name=names.get(person_id)) if person_id else None


def persons(ids: Iterable[str] | None, names: Names) -> list[Person]:
    """若干人员 · Persons as shown, in the order given."""
    return [Person(id=each, name=names.get(each)) for each in ids or ()]


def unsealed(identity: str | None, role: str) -> str | None:
    """身份保密 · A person or organisation, unless the role is one whose identity is sealed."""
    return None if role in SEALED_ROLES else identity
