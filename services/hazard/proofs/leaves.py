"""叶与正文 · Whether each leaf is the hash of its body: writers bring the leaves along, so who signs looks for himself."""

from services.hazard.proofs.tree import leaf_hash
from services.postgres import Connection

AT_ONCE = 2000  # events: some megabytes

_FOLLOWING = """
select position, body, leaf from log.events where position > %s and position <= %s order by position limit %s
"""


class LeafUntrue(Exception):
    """叶哈希不符 · An event's leaf is not the hash of its body: nothing is signed that covers it."""

    def __init__(self, position: int) -> None:
        """说明 · Where."""
        super().__init__(f"the leaf at {position} is not the hash of its event")
        self.position = position


async def check(connection: Connection, after: int, up_to: int) -> None:
    """核对 · Every event behind a position, up to another. Raises LeafUntrue."""
    async with connection.cursor(binary=True) as cursor:
        while after < up_to:
            rows = await (await cursor.execute(_FOLLOWING, (after, up_to, AT_ONCE))).fetchall()
            for position, body, leaf in rows:
                if leaf_hash(body) != leaf:
                    raise LeafUntrue(position)
            if not rows:
                return
            after = rows[-1][0]
