"""执法资格 · Who counts as a certified officer on that day: by the appointments on record, else by token and word.

Policy decides what applies to somebody without any appointment on record (powers.certificates_on_record):
"when-appointed" takes the certificate in the token, or the number named for a companion, at its word; "required" does not.
"""

from datetime import date

from contracts.values import PersonId, Role
from services.hazard.appointment import Appointment
from services.hazard.lifecycle.holding import Power
from services.hazard.occasion import Occasion
from services.hazard.policy import OnRecord
from services.hazard.refused import MayNot

APL_42 = "《行政处罚法》第四十二条：执法人员不得少于两人，并应当具有执法资格"


class CertificateExpired(MayNot):
    """执法证已过有效期 · The certificate on record was not valid on the day of the step."""


class CertificateNotOwn(MayNot):
    """执法证号不是本人的 · A number names the certificate of somebody who did not take part."""


class OfficerUncertified(MayNot):
    """没有执法资格 · Somebody counted as an officer holds no certificate for this act."""


class OfficerNotOnRecord(MayNot):
    """没有任职记录 · Policy counts only officers whose appointment is on record."""


class TooFewOfficers(MayNot):
    """执法人员不足 · Fewer certified officers than the law asks for."""


def check_own_certificate(held: Power, occasion: Occasion) -> None:
    """本人执法证 · The acting officer's own certificate is valid on that day.

    Raises OfficerUncertified, CertificateExpired, OfficerNotOnRecord, CertificateNotOwn.
    """
    if occasion.certificate is None:
        raise OfficerUncertified(f"本人没有执法证，不得{held.act}（{APL_42}）")
    known = occasion.on_record.get(occasion.person)
    if known is None:
        check_may_be_unknown(occasion, occasion.person)
    elif occasion.certificate not in certificates_on(known, occasion, held, occasion.person):
        raise CertificateNotOwn(f"身份凭证中的执法证号与任职记录不符（{APL_42}）")


def check_certified(
    held: Power, occasion: Occasion, certificates: tuple[str, ...], others: tuple[PersonId, ...] = ()
) -> None:
    """执法人员 · At least so many distinct certificates, each of somebody who took part, the actor's own among them.

    Raises MayNot of this module.
    """
    needed = occasion.policy.limits.certified_officers
    if len(set(certificates)) < needed:
        raise TooFewOfficers(
            f"执法人员不得少于 {needed} 人，请填写 {needed} 个以上不同的执法证号（{APL_42}）"
        )
    check_own_certificate(held, occasion)
    if occasion.certificate not in certificates:
        raise CertificateNotOwn(f"执法证号中必须包含本人的执法证（{APL_42}）")
    check_companions(
        held, occasion, set(certificates) - {occasion.certificate}, set(others) - {occasion.person}
    )


def check_companions(held: Power, occasion: Occasion, numbers: set[str], others: set[PersonId]) -> None:
    """同行执法人员 · Each number belongs to one who came along; nobody without a certificate is counted."""
    unknown: set[PersonId] = set()
    for person in sorted(others):
        known = occasion.on_record.get(person)
        if known is None:
            check_may_be_unknown(occasion, person)
            unknown.add(person)
            continue
        own = certificates_on(known, occasion, held, person)
        if not own & numbers:
            raise CertificateNotOwn(f"没有填写同行人员 {person} 本人的执法证号（{APL_42}）")
        numbers = numbers - own
    if not others and occasion.policy.powers.certificates_on_record is OnRecord.REQUIRED:
        raise OfficerNotOnRecord(f"请填写同行的执法人员（{APL_42}）")
    if others and len(numbers) > len(unknown):
        raise CertificateNotOwn(f"执法证号 {'、'.join(sorted(numbers))} 不是同行人员的（{APL_42}）")


def check_may_be_unknown(occasion: Occasion, person: PersonId) -> None:
    """未登记人员 · Whether policy takes somebody without an appointment on record at his word."""
    if occasion.policy.powers.certificates_on_record is OnRecord.REQUIRED:
        who = "本人" if person == occasion.person else f"同行人员 {person} "
        raise OfficerNotOnRecord(f"{who}没有任职记录，请先登记任职和执法证（{APL_42}）")


def certificates_on(
    known: tuple[Appointment, ...], occasion: Occasion, held: Power, person: PersonId
) -> frozenset[str]:
    """当日执法证 · The numbers that the appointments give for that day in a role that holds the power.

    Raises OfficerUncertified, CertificateExpired.
    """
    who = "本人" if person == occasion.person else f"同行人员 {person} "
    roles = frozenset({occasion.role}) if person == occasion.person else held.roles
    return certificates_of(known, roles, occasion.today, (who, "当日"), held.act)


def certificates_of(
    known: tuple[Appointment, ...], roles: frozenset[Role], day: date, words: tuple[str, str], act: str
) -> frozenset[str]:
    """某日执法证 · The numbers that appointments give for a day in one of the roles; `words` say who and on which day.

    Raises OfficerUncertified, CertificateExpired.
    """
    who, on = words
    serving = [one.certificate for one in known if one.role in roles and one.serves(day)]
    certificates = [certificate for certificate in serving if certificate is not None]
    if not certificates:
        raise OfficerUncertified(f"{who}{on}没有带执法证的任职，不得{act}（{APL_42}）")
    valid = frozenset(one.number for one in certificates if one.valid_to is None or day <= one.valid_to)
    if not valid:
        raise CertificateExpired(f"{who}的执法证{on}已过有效期，不得{act}（{APL_42}）")
    return valid
