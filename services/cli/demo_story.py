"""演示的故事 · One general and one major hazard from capture to closure, by HTTP alone."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx2
from PIL import Image

from contracts.notice import NoticeState
from contracts.values import Role, Status
from contracts.visit import VisitState

TOWN = "330111005000"
ITEMS = (
    "target",
    "responsibility",
    "measures",
    "funds",
    "time_limit",
    "emergency_plan",
    "in_governance_plan",
)
# 人物 · Who acts in the story: name, role, certificate.
PEOPLE: dict[str, tuple[str, Role, str | None]] = {
    "officer": ("王建国", Role.TWO, "33011100123"),
    "colleague": ("孙志强", Role.TWO, "33011100124"),
    "clerk": ("李红梅", Role.TWN, None),
    "inspector": ("周明", Role.DPO, "33011199001"),
    "companion": ("吴芳", Role.DPO, "33011199002"),
    "head": ("郑国华", Role.DPL, "33011199009"),
    "main": ("陈志强", Role.ENT_M, None),
    "safety": ("陈安全", Role.ENT_S, None),
    "expert": ("钱学工", Role.EXP, None),
}
OF_ENTERPRISE = frozenset({Role.ENT_S, Role.ENT_M})
OF_SERVICE = "org-service-1"  # the institution whose expert it is

Body = dict[str, Any]  # a JSON body


class DemoFailed(Exception):
    """演示不符 · Something did not agree; the sentence says what."""


@dataclass(slots=True)
class Story:
    """故事 · Sends each step as its person, with a fresh key and the version just read."""

    web: httpx2.Client
    token: Callable[..., dict[str, str]]
    today: date
    tell: Callable[[str], None]
    town: str = TOWN
    key: Callable[[], str] = lambda: str(uuid4())
    enterprise: str = ""
    photo: str = ""
    position: str = ""
    notice: str = ""
    hazards: list[str] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def of(self, who: str) -> dict[str, str]:
        """身份 · A token of somebody in the story."""
        _, role, certificate = PEOPLE[who]
        return self.token(
            person=self.ids.get(who, f"p-{who}"),
            role=role,
            division=self.town,
            organisation=self.organisation(role),
            certificate=certificate,
        )

    def organisation(self, role: Role) -> str:
        """单位 · Enterprise roles belong to the story's enterprise."""
        if role is Role.EXP:
            return OF_SERVICE
        return self.enterprise if role in OF_ENTERPRISE else "org-town"

    def post(self, path: str, body: Body, who: dict[str, str], version: str | None = None) -> Body:
        """发送 · One command; anything but success ends the demo with its sentence."""
        headers = {"Idempotency-Key": self.key(), **who} | ({"If-Match": version} if version else {})
        answer = self.web.post(f"/api/v1/{path}", json=body, headers=headers)
        if not answer.is_success:
            problem = answer.json()
            raise DemoFailed(f"{path}：{problem.get('title')} {problem.get('detail')}")
        self.position = answer.headers["X-Position"]
        done: Body = answer.json()
        return done

    def step(self, hazard: str, command: str, body: Body, person: str) -> None:
        """一步 · A command on a hazard, on the version that its person has just read."""
        who = self.of(person)
        version = self.web.get(f"/api/v1/hazards/{hazard}", headers=who).headers["ETag"]
        done = self.post(f"hazards/{hazard}/{command}", body, who, version)
        name, role, _ = PEOPLE[person]
        self.tell(f"  {command:<22}{Status(done['status']).zh:　<6}{role.zh} {name}")

    def visit_step(self, visit: str, command: str, body: Body, person: str) -> None:
        """检查一步 · A command on a visit, on the version that its person has just read."""
        who = self.of(person)
        version = self.web.get(f"/api/v1/visits/{visit}", headers=who).headers["ETag"]
        done = self.post(f"visits/{visit}/{command}", body, who, version)
        name, role, _ = PEOPLE[person]
        self.tell(f"  {command:<22}{VisitState(done['status']).zh:　<6}{role.zh} {name}")

    def notice_step(self, notice: str, command: str, body: Body, person: str) -> Body:
        """指令书一步 · A command on a notice, on the version that its person has just read."""
        who = self.of(person)
        version = self.web.get(f"/api/v1/notices/{notice}", headers=who).headers["ETag"]
        done = self.post(f"notices/{notice}/{command}", body, who, version)
        name, role, _ = PEOPLE[person]
        self.tell(
            f"  {command:<22}{NoticeState(done['status']).zh:　<6}{role.zh} {name}  {done.get('number', '')}"
        )
        return done

    def inspect(self, form: Body | None = None) -> str:
        """检查 · Planned with two officers, approved, scanned in; by a form, or without one."""
        party = [
            {"person": self.ids[who], "function": "OFFICER", "certificate": PEOPLE[who][2]}
            for who in ("officer", "colleague")
        ]
        body: Body = {"enterprise": self.enterprise, "visit_kind": "ADMIN", "planned_on": self.day(0)}
        body |= {"purpose": "用电安全专项检查", "participants": party, "lead": self.ids["officer"]}
        body |= {"form": form} if form else {}
        visit = str(self.post("visits/plan", body, self.of("officer"))["id"])
        self.visit_step(visit, "approve", {"number": "余应急检批〔2026〕31号"}, "head")
        self.visit_step(visit, "start", {"scanned": self.enterprise}, "officer")
        return visit

    def check(self, visit: str) -> str:
        """填写检查表 · One item is not as it should be: its hazard is drafted from the form, and submitted."""
        deviates = {"item": "1.1", "answer": "DEVIATES", "place": "2号车间配电间", "photos": [self.photo]}
        answers = [
            deviates | {"description": "配电箱外壳未做保护接地"},
            {"item": "1.2", "answer": "CONFORMS"},
        ]
        self.visit_step(visit, "answer-checklist", {"answers": answers}, "officer")
        who = self.of("officer")
        (hazard,) = self.web.get(f"/api/v1/visits/{visit}", headers=who).json()["found"]
        self.step(hazard, "submit", {}, "officer")
        self.hazards.append(hazard)
        return str(hazard)

    def order(self, visit: str, hazard: str) -> str:
        """责令整改 · Under a notice with the office's next number, served and signed for."""
        item = {"hazard": hazard, "from_service": {"amount": 15, "unit": "days"}}
        notice = str(self.post("notices", {"visit": visit, "items": [item]}, self.of("officer"))["id"])
        self.notice_step(notice, "number", {}, "officer")
        order = {"responsible": self.ids["safety"], "notice_id": notice}
        self.step(hazard, "order-rectification", order, "officer")
        served = {"method": "DIRECT", "recipient": self.ids["main"], "place": "企业办公室"}
        self.notice_step(notice, "serve", served, "officer")
        signed = {"person": self.ids["main"], "capacity": "主要负责人", "place": "企业办公室"}
        self.notice_step(notice, "acknowledge", signed | {"signature": "M8 24 L20 8 L32 24"}, "main")
        return notice

    def begin(self, place: str, category: str, description: str, visit: str | None = None) -> str:
        """发现 · Captured and submitted by an officer, on a visit or without one."""
        body: Body = {
            "object": self.enterprise,
            "source": "SUPERVISION",
            "visit_kind": "ADMIN",
            "place": place,
        }
        body |= {"category": category, "description": description, "photos": [self.photo], "visit": visit}
        hazard = str(self.post("hazards", body, self.of("officer"))["id"])
        self.step(hazard, "submit", {}, "officer")
        self.hazards.append(hazard)
        return hazard

    def day(self, days: int) -> str:
        """日期 · So many days from today."""
        return (self.today + timedelta(days=days)).isoformat()

    def prepare(self) -> None:
        """准备 · An enterprise of its own, a photograph, and the people."""
        officer = self.of("officer")
        body = {
            "name": "演示精密机械有限公司",
            "division": self.town,
            "village": "湖滨社区",
            "industry": "机械",
        }
        body |= {"size_class": "ABOVE"}
        self.enterprise = str(self.post("enterprises", body, officer)["id"])
        answer = self.web.post(
            "/api/v1/attachments", files={"file": ("现场.jpg", photograph())}, headers=officer
        )
        self.photo = answer.raise_for_status().json()["digest"]
        for who, (name, role, certificate) in PEOPLE.items():
            self.ids[who] = self.register(name, role, certificate)
        self.post("office-word", {"word": "杭滨"}, self.of("head"))

    def register(self, name: str, role: Role, certificate: str | None) -> str:
        """登记人员 · With an appointment from today; gives the id that events will hold."""
        appointment: Body = {"role": role, "division": self.town, "organisation": self.organisation(role)}
        appointment |= {"starts_on": self.day(0)} | (
            {"certificate": {"number": certificate}} if certificate else {}
        )
        return str(self.post("people", {"name": name, "appointment": appointment}, self.of("head"))["id"])

    def general(self, form: Body) -> None:
        """一般隐患 · Found by a form on a visit that is recorded and signed, ordered, put right, re-inspected, closed."""
        visit = self.inspect(form)
        hazard = self.check(visit)
        self.visit_step(visit, "record", {}, "officer")
        signed = {"signature": "M8 24 L20 8 L32 24", "signed_by": self.ids["main"]}
        self.visit_step(visit, "sign", signed, "main")
        self.notice = self.order(visit, hazard)
        done: Body = {"measures": "外壳已做保护接地，电阻 2.1Ω", "completed_on": self.day(0), "cost": 120_000}
        self.step(hazard, "submit-rectification", done | {"photos": [self.photo]}, "safety")
        self.step(hazard, "reinspect", {"result": "pass", "photos": [self.photo]}, "officer")
        self.step(hazard, "close", {"remark": "复查合格，予以销号"}, "clerk")
        self.visit_step(visit, "archive", {"file_number": "余应急检〔2026〕31号"}, "officer")

    def major(self) -> None:
        """重大隐患 · Classified, planned, put right, re-inspected by two, closed by a third."""
        hazard = self.begin("污水处理站", "B09", "有限空间作业未辨识、未审批，无监护人")
        clause = {"level": "MAJOR", "category": "B09", "clause": "工贸10号令-13(1)"}
        self.step(hazard, "classify", clause, "officer")
        self.step(hazard, "require-plan", {}, "inspector")
        plan = {item: {"in_place": True, "content": "已落实到位"} for item in ITEMS}
        self.step(hazard, "file-plan", {"plan": plan}, "main")
        accept = {"deadline": self.day(60), "responsible": self.ids["main"], "warning_sign": self.photo}
        self.step(hazard, "accept-plan", accept, "inspector")
        done = {
            "measures": "停用并加装硬隔离，配齐检测仪",
            "completed_on": self.day(0),
            "cost": 860_000,
            "photos": [self.photo],
        }
        self.step(hazard, "submit-rectification", done | {"acceptance_report": self.photo}, "main")
        passed: Body = {"result": "pass", "photos": [self.photo], "others": [self.ids["companion"]]}
        passed |= {"certificates": [PEOPLE["inspector"][2], PEOPLE["companion"][2]]}
        self.step(hazard, "reinspect", passed, "inspector")
        self.step(hazard, "close", {"remark": "五到位完整，予以销号"}, "head")


def photograph() -> bytes:
    """照片 · A small real JPEG."""
    picture = BytesIO()
    Image.new("RGB", (64, 48), "orange").save(picture, "JPEG")
    return picture.getvalue()
