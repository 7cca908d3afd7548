"""门禁 · Nothing of the console but its scripts and fonts is shown to anybody who has not signed in."""

from urllib.parse import quote

from starlette.responses import JSONResponse, RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from services.console.sessions import PLACE, Session, Sessions

LOGIN = f"{PLACE}/login"
POLICY_VIOLATION = 1008  # RFC 6455: why a socket is closed
# What the pages are drawn with: the same for everybody.
OPEN = ("/static/", "/libraries/", "/components/", "/esm/", "/resources/")


class Gate:
    """门禁 · In front of the pages and of their sockets; the session goes on with the request."""

    def __init__(self, app: ASGIApp, sessions: Sessions, assets: str) -> None:
        """装配 · `assets`: the path under which the pages' scripts are, within the console."""
        self._app, self._sessions, self._assets = app, sessions, assets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """一次请求 · On with the session, else to the login."""
        if scope["type"] == "lifespan" or self._is_asset(scope):
            await self._app(scope, receive, send)
            return
        session = self._session(scope)
        if session is not None:
            scope.setdefault("state", {})["session"] = session
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
        else:
            await _refused(scope)(scope, receive, send)

    def _is_asset(self, scope: Scope) -> bool:
        path = _within(scope)
        return path.startswith(self._assets) and path.removeprefix(self._assets).startswith(OPEN)

    def _session(self, scope: Scope) -> Session | None:
        cookies = [value for name, value in scope["headers"] if name == b"cookie"]
        return self._sessions.of_header(b"; ".join(cookies).decode("latin-1"))


def _within(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


def _refused(scope: Scope) -> ASGIApp:
    """A page leads to the login and back; whatever is not a page gets a plain no."""
    if scope["method"] != "GET" or _within(scope).startswith("/_nicegui"):
        return JSONResponse({"detail": "请先登录"}, 401)
    asked = scope["path"] + (f"?{scope['query_string'].decode('latin-1')}" if scope["query_string"] else "")
    return RedirectResponse(f"{LOGIN}?to={quote(asked, safe='')}", 303)
