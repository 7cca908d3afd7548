"""启动失败 · What is raised when an embedded server does not start."""


class ServerFailed(Exception):
    """服务器未能启动 · An embedded server ended before it was ready; carries its last words."""

    def __init__(self, server: str, reason: str) -> None:
        super().__init__(f"{server} 未能启动 · {server} did not start: {reason}")
        self.server = server
        self.reason = reason
