"""给人看的话 · What a sentence for an official looks like: Chinese, whole, and with nothing of the machine in it."""

import re

QUOTED = re.compile(
    r"「[^「」]*」|[AB]\d\d|p-[0-9A-Za-z-]+"
)  # what the record says, codes, people by their ids
WHOLE = re.compile(r"^[一-鿿「《（\d][^A-Za-z{}]*[一-鿿」》）)\d]$")


def is_for_people(sentence: str) -> bool:
    """True of a whole Chinese sentence without a word of any other alphabet outside its quotes."""
    return WHOLE.match(QUOTED.sub("一", sentence)) is not None
