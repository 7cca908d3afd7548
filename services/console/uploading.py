"""照片 · From a form of the console into the store of attachments, and back to look at; both by the API, as the person who asks."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import JSONResponse, Response

from services.console.calling import Problem, SignedOut
from services.console.frame import Desk
from services.console.sessions import PLACE

PHOTOS = f"{PLACE}/photos"
MOST = 11 * 1024 * 1024  # bytes: what the API takes, and the form around it
KEPT = ("content-type", "etag", "cache-control", "content-disposition", "content-security-policy", "x-content-type-options")  # fmt: skip


def routes(desk: Desk) -> APIRouter:
    """照片路由 · POST /console/photos and GET /console/photos/{digest}, by the session."""
    router = APIRouter(include_in_schema=False)

    @router.post(PHOTOS, max_body_size=MOST)
    async def store(request: Request, file: Annotated[UploadFile, Form()]) -> Response:
        session = desk.sessions.of_cookies(request.cookies)
        if session is None:
            return JSONResponse({"detail": "请先登录"}, 401)
        try:
            kept = await desk.api(session).attach(file.filename or "照片", await file.read())
        except Problem as problem:
            return JSONResponse({"detail": problem.detail}, problem.status)
        except SignedOut:
            return JSONResponse({"detail": "请重新登录"}, 401)
        return JSONResponse({"digest": kept["digest"]}, 201)

    @router.get(PHOTOS + "/{digest}")
    async def look(request: Request, digest: str) -> Response:
        session = desk.sessions.of_cookies(request.cookies)
        if session is None:
            return JSONResponse({"detail": "请先登录"}, 401)
        try:
            found = await desk.api(session).attachment(digest)
        except Problem as problem:
            return JSONResponse({"detail": problem.detail}, problem.status)
        except SignedOut:
            return JSONResponse({"detail": "请重新登录"}, 401)
        headers = {name: found.headers[name] for name in KEPT if name in found.headers}
        return Response(found.content, headers=headers)

    return router
