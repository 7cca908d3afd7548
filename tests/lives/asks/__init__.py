"""请求的取法 · One way for each ask: what is asked, by whom usually, and when it is worth a try.

A new row of COMMANDS needs one function and one line in the file of its stage.
"""

from collections.abc import Mapping

from lives.asks import deciding, extending, handing, rectifying, reporting, supervising
from lives.way import Way
from services.hazard.occasion import Ask

WAYS: Mapping[type[Ask], Way] = {
    **reporting.WAYS,
    **deciding.WAYS,
    **rectifying.WAYS,
    **supervising.WAYS,
    **handing.WAYS,
    **extending.WAYS,
}
