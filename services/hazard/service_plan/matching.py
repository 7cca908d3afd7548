"""专家匹配 · Whether an expert fits an enterprise: on record at the institution, of a specialty that it needs."""

from pydantic import Field

from contracts.service_plan import AssignedExpert
from contracts.values import PersonId, Role, ShortText, Text
from services.hazard.enterprise import Enterprise
from services.hazard.occasion import Ask, Occasion
from services.hazard.policy import Policy
from services.hazard.refused import Refused

BY_TYPE = "根据企业的类型指派不同专业的专家，保证检查的专业性"


class SpecialtyUnknown(Refused):
    """没有该专业 · Specialties are those of the policy's list."""


class SpecialtyMismatch(Refused):
    """专家专业与企业不符 · None of the expert's specialties fits the enterprise, and no reason is given."""


class ExpertNotOfInstitution(Refused):
    """不是该服务机构的专家 · By the appointments on record the person does not serve this institution as an expert."""


class Assigning(Ask):
    """指派 · Who is to serve, and in what he is versed."""

    expert: PersonId = Field(description="专家")
    specialties: tuple[ShortText, ...] = Field(
        min_length=1, description="专业代码，见政策 service.specialties"
    )
    mismatch_reason: Text | None = Field(None, description="专业与企业行业、风险标签都不符时的理由")


def assigned(ask: Assigning, institution: str, occasion: Occasion) -> AssignedExpert:
    """核对指派 · The expert as an event names him; a reason is kept only where one was needed.

    `occasion.enterprise` is the file of who is served. Raises SpecialtyUnknown, SpecialtyMismatch,
    ExpertNotOfInstitution.
    """
    check_on_record(ask.expert, institution, occasion)
    unknown = [code for code in ask.specialties if code not in occasion.policy.service.specialties]
    if unknown:
        known = "、".join(
            f"「{code} {one.name}」" for code, one in occasion.policy.service.specialties.items()
        )
        raise SpecialtyUnknown(f"没有专业「{'、'.join(unknown)}」；现有专业：{known}")
    misfit = mismatched(ask.specialties, occasion.enterprise, occasion.policy)
    if misfit and ask.mismatch_reason is None:
        raise SpecialtyMismatch(
            f"{named(ask.specialties, occasion.policy)}与企业的行业、风险标签"
            f"（{'、'.join(described(occasion.enterprise))}）都不符，仍要指派的须说明理由（{BY_TYPE}）"
        )
    reason = ask.mismatch_reason if misfit else None
    return AssignedExpert(person=ask.expert, specialties=ask.specialties, mismatch_reason=reason)


def check_on_record(person: str, institution: str, occasion: Occasion) -> None:
    """任职核对 · An appointment as expert of this institution on that day, if policy asks for one or there is any.

    Raises ExpertNotOfInstitution.
    """
    known = occasion.on_record.get(person)
    if known is None and not occasion.policy.service.experts_on_record_required:
        return
    serving = [one for one in known or () if one.role is Role.EXP and one.serves(occasion.today)]
    if not any(one.organisation == institution for one in serving):
        raise ExpertNotOfInstitution(
            f"{person} 当日没有在服务机构「{institution}」的专家任职记录，请先登记任职（由服务机构委派本机构的专家）"
        )


def mismatched(specialties: tuple[str, ...], enterprise: Enterprise | None, policy: Policy) -> bool:
    """专业不符 · Nothing that the file says of the enterprise holds a word of any of these specialties.

    A file that says nothing cannot be compared: no mismatch.
    """
    said = described(enterprise)
    words = {word for code in specialties for word in policy.service.specialties[code].words}
    return bool(said) and not any(word in each for word in words for each in said)


def described(enterprise: Enterprise | None) -> tuple[str, ...]:
    """行业与标签 · What the file says of the enterprise's trade and risks."""
    if enterprise is None or enterprise.profile is None:
        return ()
    industry = enterprise.profile.industry
    return (*([industry] if industry else []), *enterprise.profile.tags)


def named(specialties: tuple[str, ...], policy: Policy) -> str:
    """专业名称 · 机械安全、电气安全."""
    return "、".join(policy.service.specialties[code].name for code in specialties)
