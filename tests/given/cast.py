"""人物 · Who acts in a long life over HTTP, each with the appointment on record, and what a step tries first."""

from dataclasses import dataclass, field

from contracts.values import Role
from given.days import in_days

# Roles at the departments, each with the certificate on record.
OFFICERS = {
    "officer": (Role.TWO, "org-town", "33011100123"),
    "colleague": (Role.TWO, "org-town", "33011100124"),
    "inspector": (Role.DPO, "org-dept", "33011199001"),
    "companion": (Role.DPO, "org-dept", "33011199002"),
    "head": (Role.DPL, "org-dept", "33011199009"),
}


@dataclass
class Cast:
    """人物 · Who acts, by what they are, with tokens as the identity service gives them."""

    desk: object
    ids: dict[str, str] = field(default_factory=dict)

    async def appoint(self) -> None:
        for who, (role, organisation, certificate) in OFFICERS.items():
            self.ids[who] = await self.registered(
                role, organisation, {"certificate": {"number": certificate}}
            )
        for who, role in (("boss", Role.ENT_M), ("safety", Role.ENT_S)):
            self.ids[who] = await self.registered(role, self.desk.enterprise, {})

    async def registered(self, role: Role, organisation: str, more: dict) -> str:
        appointment = {"role": role, "division": "330111005000", "organisation": organisation, **more}
        body = {"name": "某某", "appointment": appointment | {"starts_on": in_days(-30)}}
        head = self.desk.token(Role.DPL, person="p-appointer", organisation="org-dept")
        answer = await self.desk.post("people", body, head)
        assert answer.is_success, answer.text
        return answer.json()["id"]

    def of(self, who: str, **more: object) -> dict[str, str]:
        if who in ("boss", "safety"):
            role = Role.ENT_M if who == "boss" else Role.ENT_S
            return self.desk.of_enterprise(role, person=self.ids[who])
        if who == "committee":
            fields = {"person": "p-committee", "organisation": "org-committee", "certificate": None}
            return self.desk.token(Role.SCO, **{**fields, **more})
        role, organisation, certificate = OFFICERS[who]
        fields = {"person": self.ids[who], "organisation": organisation, "certificate": certificate}
        return self.desk.token(role, **{**fields, **more})

    def posing(self, who: str, role: str) -> dict[str, str]:
        """One person who came by the role of another: separation of duties looks at persons."""
        held, organisation, certificate = OFFICERS[role]
        person = {"person": self.ids[who], "organisation": organisation, "certificate": certificate}
        return self.desk.token(held, **person)


@dataclass(frozen=True)
class Attempt:
    """尝试 · What is refused at this point of the life; of the step's own command unless another is named."""

    status: int
    code: str
    who: dict[str, str]
    body: dict
    command: str | None = None


@dataclass(frozen=True)
class Step:
    """一步 · A command that goes through, after each attempt that does not."""

    command: str
    who: dict[str, str]
    body: dict
    refused: tuple["Attempt", ...] = ()
