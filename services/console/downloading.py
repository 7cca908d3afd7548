"""下载 · From the API to the browser's folder or a new tab, as the person who has signed in: a workbook, a page to print."""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.console.calling import Problem, SignedOut
from services.console.frame import ENTERPRISES, Desk
from services.console.gate import LOGIN

FORMS = ("xlsx", "html")
KEPT = ("content-type", "content-disposition", "content-security-policy")
TOLD = "text/plain; charset=utf-8"


def routes(desk: Desk) -> APIRouter:
    """下载路由 · GET /console/enterprises/{id}/file.xlsx and file.html, by the session."""
    router = APIRouter(include_in_schema=False)
    for form in FORMS:
        _add(router, desk, form)
    return router


def _add(router: APIRouter, desk: Desk, form: str) -> None:
    @router.get(f"{ENTERPRISES}/{{enterprise}}/file.{form}")
    async def fetched(request: Request, enterprise: str) -> Response:
        session = desk.sessions.of_cookies(request.cookies)
        if session is None:
            return RedirectResponse(LOGIN, 303)
        try:
            found = await desk.api(session).content(f"/enterprises/{enterprise}/file.{form}")
        except Problem as problem:
            return Response(problem.detail or problem.title, problem.status, media_type=TOLD)
        except SignedOut:
            return RedirectResponse(LOGIN, 303)
        headers = {name: found.headers[name] for name in KEPT if name in found.headers}
        return Response(found.content, headers=headers)
