"""Two requests for one file: at any step of one the other may finish it; neither may fail."""

import fcntl
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from server.attachments import files
from server.attachments.files import Piece, add_piece, finish, received, size_of, whole_file
from tests.server.sync.files import photo

CONTENT = photo(2000)
DIGEST = bytes.fromhex(files.sha256(CONTENT).hexdigest())
OWNER = 7
FIRST = Piece(DIGEST, OWNER, 0, len(CONTENT), CONTENT[:1500])
LAST = Piece(DIGEST, OWNER, 1500, len(CONTENT), CONTENT[1500:])

Work = Callable[[Path], Any]
ERRANDS: dict[str, tuple[Work, set[Any]]] = {
    "ask how much is held": (lambda folder: received(folder, DIGEST, OWNER), {0, 1500}),
    "send the first piece again": (lambda folder: add_piece(folder, FIRST), {1500, len(CONTENT)}),
    "send the last piece": (lambda folder: add_piece(folder, LAST), {len(CONTENT)}),
    "finish": (lambda folder: finish(folder, DIGEST, OWNER), {False, True}),
    "drop what was gathered": (
        lambda folder: files.drop_pieces(folder, DIGEST, OWNER),
        {None},
    ),
}


def gathering(folder: Path) -> Path:
    return folder / "unfinished" / f"{DIGEST.hex()}-{OWNER}"


def is_free(folder: Path) -> bool:
    """Tell whether another request could go ahead now, or would wait for its turn."""
    try:
        with gathering(folder).open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return True
    except BlockingIOError:
        return False
    return True


def disturbed(work: Work, folder: Path, step: int) -> tuple[Any, bool]:
    """Do the work while another request finishes the file at that step; tell whether it came."""
    left, came = step, False

    def count_step(frame: FrameType, event: str, _value: object) -> object:
        nonlocal left, came
        frame.f_trace_opcodes = True
        if event == "opcode":
            left -= 1
            if left <= 0 and not came and is_free(folder):
                came = True
                sys.settrace(None)
                add_piece(folder, FIRST)
                add_piece(folder, LAST)
        return count_step

    def enter(frame: FrameType, event: str, value: object) -> object:
        is_ours = frame.f_code.co_filename == files.__file__
        return count_step(frame, event, value) if is_ours else None

    sys.settrace(enter)  # type: ignore[arg-type]
    try:
        return work(folder), came
    finally:
        sys.settrace(None)


@pytest.mark.parametrize("errand", ERRANDS)
def test_a_file_may_be_finished_by_another_request_at_any_step(tmp_path: Path, errand: str) -> None:
    work, answers = ERRANDS[errand]
    for step in count(1):
        folder = tmp_path / str(step)
        folder.mkdir()
        add_piece(folder, FIRST)
        answer, came = disturbed(work, folder, step)
        assert answer in answers
        if not came:
            break
        assert whole_file(folder, DIGEST).read_bytes() == CONTENT
    assert step > 10


def test_who_asks_for_a_file_that_is_just_taken_away_hears_that_it_is_not_there(
    tmp_path: Path,
) -> None:
    assert size_of(tmp_path / "gone") is None
    assert not finish(tmp_path, DIGEST, OWNER)
    assert received(tmp_path, DIGEST, OWNER) == 0
