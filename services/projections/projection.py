"""读模型 · What a projection is: one module with a name, a version, its tables, a fold and its routes.

Its tables are `projections.<NAME>_v<VERSION>` and, where it needs several, `projections.<NAME>_v<VERSION>_<what>`.
A read model is rebuilt, never migrated: whoever changes tables or fold raises VERSION.
"""

from collections.abc import Sequence
from typing import LiteralString, Protocol

from fastapi import APIRouter

from services.jetstream import Recorded
from services.postgres import Connection
from services.projections.reading import Reads


class Projection(Protocol):
    """读模型 · The shape every module of a read model has."""

    NAME: LiteralString
    VERSION: int
    TABLES: LiteralString

    async def project(self, connection: Connection, batch: Sequence[Recorded]) -> None:
        """投影 · Bring the tables from before a batch to after it, inside the caller's transaction.

        A batch holds the events of the log in its order, each once; how they are cut into batches makes no
        difference to the tables.
        """

    def routes(self, reads: Reads) -> APIRouter:
        """读接口 · The routes that answer from these tables."""
