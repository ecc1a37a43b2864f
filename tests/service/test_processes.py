"""Work spread over processes ends, whatever becomes of one of them."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing import parent_process

import pytest

from coder.errors import CoderError
from coder.service.project.processes import spread


def added(here: int, part: int) -> int:
    return here + part


def killed(here: int, part: bytes) -> int:
    """What the system does to a process where memory is short."""
    if parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return len(part)


def slow(here: int, part: int) -> int:
    if part == 1 and parent_process() is not None:
        time.sleep(100)
    return part


def late(here: int, part: int) -> int:
    if part == 0:
        time.sleep(1)
    return part


def refused(here: int, part: int) -> int:
    if part == 7:
        raise CoderError("project.process_ended")
    return part


def test_results_come_in_the_order_of_their_parts() -> None:
    assert list(spread(added, range(200), 5, cores=3)) == [*range(5, 205)]


def test_a_process_that_is_killed_is_told_though_much_was_to_be_sent_to_it() -> None:
    parts = (bytes(1_000_000) for _ in range(40))
    with pytest.raises(CoderError, match="stopped"):
        list(spread(killed, parts, 0, cores=2))


def test_whoever_wants_no_more_does_not_wait_for_what_is_under_way() -> None:
    found = spread(slow, range(4), 0, cores=2)
    assert next(found) == 0  # the process is at 1 now
    began = time.monotonic()
    found.close()
    assert time.monotonic() - began < 50


def test_results_that_wait_for_an_earlier_one_are_not_made_without_end() -> None:
    taken: list[int] = []
    parts = (taken.append(number) or number for number in range(10_000))
    assert next(spread(late, parts, 0, cores=2)) == 0
    assert len(taken) < 200


def test_what_a_part_refuses_comes_in_its_place() -> None:
    found = spread(refused, range(20), 0, cores=2)
    assert [next(found) for _ in range(7)] == [*range(7)]
    with pytest.raises(CoderError):
        next(found)


def in_process(here: str, part: int) -> int:
    return os.getpid()


def in_own_program(code: str) -> str:
    """What a program of one thread prints; the test's own process has several."""
    modules = "coder.service.project.processes", "tests.service.test_processes"
    lines = [*(f"from {module} import *" for module in modules), code]
    command = [sys.executable, "-c", "\n".join(lines)]
    return subprocess.run(
        command, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_a_process_that_stands_by_is_used_again() -> None:
    code = """
stand_by(cores=2)
first, second = (set(spread(in_process, range(40), here, cores=2)) for here in ("one", "other"))
print(len(first | second), len(first - {os.getpid()}))
"""
    assert in_own_program(code) == "2 1"


def test_a_process_that_stands_by_works_with_what_was_given_last() -> None:
    code = """
stand_by(cores=2)
list(spread(added, range(40), 5, cores=2))
print(list(spread(added, range(40), 7, cores=2)) == [*range(7, 47)])
"""
    assert in_own_program(code) == "True"


def test_a_process_left_in_the_middle_of_its_work_stands_by_no_more() -> None:
    code = """
stand_by(cores=2)
found = spread(slow, range(4), 0, cores=2)
next(found)
found.close()
print(list(spread(added, range(5), 1, cores=2)))
"""
    assert in_own_program(code) == "[1, 2, 3, 4, 5]"


def test_beside_another_thread_no_process_is_forked() -> None:
    code = """
import threading
threading.Thread(target=time.sleep, args=[5], daemon=True).start()
stand_by(cores=2)
from multiprocessing import active_children
print(active_children())
"""
    assert in_own_program(code) == "[]"


def test_on_many_cores_only_a_few_processes_stand_by() -> None:
    code = """
stand_by(cores=64)
from multiprocessing import active_children
print(0 < len(active_children()) < 8)
"""
    assert in_own_program(code) == "True"
