"""测试任务 · What the load generator is asked and what it answers, one line of JSON each."""

from dataclasses import dataclass

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """任务 · Requests to send to a port of this machine, each once, by so many clients.

    Without a rate each client sends its next request when it has its answer, until `seconds` are over or nothing is
    left; with one, requests fall due at so many a second whatever the answers do. Bodies go round. All of it is sent
    so many `times`, for servers that keep nothing.
    """

    port: int
    lines: list[tuple[str, dict[str, str]]]
    bodies: list[str]
    token: str
    clients: int
    seconds: float
    rate: float | None = None
    times: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """结果 · What came of a job.

    `done` counts answers of 2xx; `sent` the lines that were used; `complaint` is the first answer that was none.
    `cpu` is the generator's own share of one core while the clock ran. `accepted` is, for a job with a rate, the
    position each answer named and the instant it arrived, on the clock all processes of a machine share.
    """

    done: int
    sent: int
    errors: int
    complaint: str
    seconds: float
    cpu: float
    latencies_ms: list[float]
    accepted: list[tuple[int, float]]

    @property
    def rps(self) -> float:
        """每秒请求数 · Answers of 2xx a second."""
        return self.done / self.seconds if self.seconds else 0.0


JOB = TypeAdapter(Job)
RESULT = TypeAdapter(Result)
