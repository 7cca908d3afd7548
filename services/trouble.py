"""请求有误 · What a client must hear of; whoever raises it needs no framework, whose import takes longer than many a command."""

from collections.abc import Mapping, Sequence

from contracts.problems import PROBLEM_TYPES, FieldError


class Trouble(Exception):
    """请求有误 · Something a client must hear of, by a code of contracts.problems and in a Chinese sentence."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        errors: Sequence[FieldError] = (),
        **extras: object,
    ) -> None:
        """造 · Extras become members of the answer; errors point at the fields that are wrong."""
        super().__init__(detail or PROBLEM_TYPES[code].title)
        self.code = code
        self.headers = dict(headers or {})
        self.errors = tuple(errors)
        self.extras = extras
