"""停止 · A loop that runs for ever looks itself whether it was cancelled.

asyncio.wait_for of Python 3.11, which libraries use, swallows a cancellation that arrives together with its
result; the loop around it would never end.
"""

import asyncio


def heed_cancellation() -> None:
    """听从取消 · Raises CancelledError in a task that was cancelled, whether it noticed or not.

    Not for a task in which a TaskGroup may fail: Python 3.11 leaves such a task looking cancelled.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
