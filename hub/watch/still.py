"""Single pictures of recordings, small: a process of its own that decodes what cameras sent, and can be killed.

    python -m hub.watch.still < QUESTIONS > PICTURES

A question is the head of a file and one fragment that begins with a key frame; the answer is a JPEG file, or nothing
where the fragment cannot be decoded.
"""

import sys
from io import BytesIO
from typing import BinaryIO

import av
import av.error

from hub.watch.pictures import jpeg
from hub.watch.reader import LARGEST_PICTURE
from hub.watch.viewing_pipes import ANSWER, QUESTION
from hub.watch.workerlog import configure_log

_OPTIONS = {"max_pixels": str(LARGEST_PICTURE)}
_LIBAV = (av.error.FFmpegError, OSError, ValueError, IndexError)


def still(head: bytes, fragment: bytes, width: int) -> bytes:
    """The first picture of a fragment as JPEG, at most `width` wide; empty where there is none."""
    try:
        with av.open(BytesIO(head + fragment), mode="r", format="mp4", options=_OPTIONS) as container:
            video = container.streams.video[0]
            video.codec_context.thread_count = 1
            frame = next(container.decode(video), None)
            if frame is None:
                return b""
            wide = min(width, frame.width)
            high = max(2, round(frame.height * wide / frame.width))
            return jpeg(frame.reformat(wide, high, interpolation="AREA", threads=1))
    except _LIBAV:
        return b""


def answer(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until nobody asks any more."""
    while header := questions.read(QUESTION.size):
        head, fragment, width = QUESTION.unpack(header)
        found = still(questions.read(head), questions.read(fragment), width)
        answers.write(ANSWER.pack(len(found)) + found)
        answers.flush()


def main() -> None:
    configure_log()
    answer(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
