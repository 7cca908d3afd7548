"""拒绝 · What a rule says no to: a named refusal with a Chinese sentence and a problem type.

* Refused
  + MayNot            the person has not the power (403)
  + every other rule  the stage, the evidence or a date is wrong (409)
"""

import re


class Refused(Exception):
    """不予办理 · A rule says no. The name is the rule; the sentence is what a person reads."""

    def __init__(self, detail: str = "") -> None:
        """说明 · The sentence, or the Chinese half of the docstring."""
        super().__init__(detail or (type(self).__doc__ or "").partition(" · ")[0])

    @property
    def detail(self) -> str:
        """说明 · The sentence for a person."""
        return str(self.args[0])

    @classmethod
    def code(cls) -> str:
        """代码 · The problem type's name: NotAtThisStage -> not-at-this-stage."""
        return re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()


class MayNot(Refused):
    """无权办理 · The role, the certificate or the visit does not carry this power."""
