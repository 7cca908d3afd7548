"""施行中的政策 · Which policy decides a command: the one in force on its day, in its province.

Every command leans on the stream of the policy, as it leans on an enterprise's file: the append stores it only if no
edition was drafted or published since the policies were read. All appends and all publications stand in one order
under one lock, so no decision is ever stored behind a publication that it did not know, in whichever process; and it
costs no round trip, only one more version to compare in the append.
"""

from datetime import date

from services.hazard.policy import Policy
from services.hazard.policy.content import Profiled
from services.hazard.policy.publishing import Policies, evolve
from services.hazard.recalling import Kind, Recalling
from services.hazard.store import stream_of

POLICY = Kind("policy", Policies(), evolve)
ALL = "policy"  # one stream for every edition: that only one decides on a day is a question about all of them
STREAM = stream_of(POLICY.subject(ALL))


class Governing:
    """施政 · What this process knows of the editions; the append finds out when it knows too little."""

    def __init__(self, recalling: Recalling, shipped: Policy) -> None:
        """装配 · Over the shipped policy, which decides until an edition takes effect."""
        self._recalling = recalling
        self._known: Policies | None = None
        self.shipped = Profiled(shipped)

    async def policies(self, *, trusting: bool = False) -> Policies:
        """各版政策 · As the log has them now; `trusting`: as they were known last, for a decision the append checks."""
        if not trusting or self._known is None:
            self._known = await self._recalling.state(POLICY, ALL)
        return self._known

    async def beside(self, state: object, *, trusting: bool) -> Policies:
        """各版政策 · For a command on a thing of this state; a command on the policies themselves has them already."""
        return state if isinstance(state, Policies) else await self.policies(trusting=trusting)

    def policy(self, policies: Policies, day: date, division: str) -> Policy:
        """当日当地政策 · The policy that decides on a day in a division."""
        return policies.in_force(day, self.shipped).within(division)
