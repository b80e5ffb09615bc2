"""What is printed."""

import os
from typing import TextIO


def line(text: str, stream: TextIO) -> None:
    """Prints a line, or nothing if nobody reads it: the exit status tells the verdict anyway."""
    try:
        print(text, file=stream, flush=True)
    except OSError:
        # What the stream still holds would be tried again, and fail again, when Python ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
