"""One change after the other: none joins the line while the one before it is on its way
to the disk.
"""

from __future__ import annotations

import threading
import time

from coder.service.project import ordered_writer as line
from coder.service.project.ordered_writer import Writer


def test_a_change_waits_for_the_one_before_it_so_that_a_kill_costs_one_at_most(
    monkeypatch,
) -> None:
    monkeypatch.setattr(
        line, "PATIENCE", 60
    )  # on a busy machine one is not slow by itself
    written: list[int] = []
    writer = Writer()

    def slowly(number: int) -> None:
        time.sleep(0.05)
        written.append(number)

    for number in range(5):
        writer.add(lambda number=number: slowly(number))
        assert written[:number] == list(range(number))
    writer.flush()
    assert written == list(range(5))


def test_a_change_is_written_once_the_screen_had_time_to_show_it_or_somebody_waits(
    monkeypatch,
) -> None:
    monkeypatch.setattr(line, "DRAWING", 60)
    monkeypatch.setattr(line, "PATIENCE", 60)
    written: list[int] = []
    writer = Writer()
    writer.add(lambda: written.append(1))
    assert written == []
    writer.add(lambda: written.append(2))  # waits for the one before it
    assert written[:1] == [1]
    writer.flush()
    assert written == [1, 2]


def test_a_database_that_is_busy_for_long_stops_nobody(monkeypatch) -> None:
    monkeypatch.setattr(line, "PATIENCE", 0.01)
    written: list[int] = []
    writer = Writer()

    def after_the_others(number: int) -> None:
        while (
            writer.waiting < 3 - number
        ):  # busy until all three changes have been made
            time.sleep(0.001)
        written.append(number)

    for number in range(3):
        writer.add(lambda number=number: after_the_others(number))
    writer.flush()
    assert written == [0, 1, 2]


def test_one_thread_writes_change_after_change_and_ends_when_none_comes(
    monkeypatch,
) -> None:
    threads: list[threading.Thread] = []
    writer = Writer()

    def write() -> None:
        writer.add(lambda: threads.append(threading.current_thread()))
        writer.flush()

    write()
    write()
    assert threads[0] is threads[1] and threads[0].is_alive()
    monkeypatch.setattr(line, "IDLE", 0)
    write()  # the last for which that thread waited
    threads[0].join(60)
    assert threads[2] is threads[0] and not threads[0].is_alive()
    write()
    assert threads[3] is not threads[0]
