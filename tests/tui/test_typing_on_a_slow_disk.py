"""What is typed while what was typed before is being kept."""

from __future__ import annotations

from asyncio import sleep, timeout
from collections.abc import Mapping
from threading import Event

from textual.events import Key

from coder.service.project.drafts import Drafts
from coder.service.project.opened import Project
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen

ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


class SlowDisk(Drafts):
    """Drafts on a disk that writes when it is told to."""

    begun, goes_on = Event(), Event()

    def store(self, texts: Mapping[tuple[str | int, ...], str]) -> None:
        self.begun.set()
        assert self.goes_on.wait(20)
        super().store(texts)


async def test_typing_goes_on_while_a_slow_disk_keeps_what_was_typed_before(
    demo: Project,
) -> None:
    screen, disk = (
        CodingScreen(demo, "you", demo.article("004")),
        SlowDisk(demo, "you"),
    )
    async with CoderApp(lambda: screen, kept=disk).run_test() as pilot, timeout(60):
        await pilot.press(";", *"half")
        while not disk.begun.is_set():
            await sleep(0.05)
        for letter in "more":  # a pilot would wait until the disk is done
            screen.post_message(Key(letter, letter))
        while screen.chooser.edit.text != "halfmore":
            await sleep(0.05)
        assert not disk.texts
        disk.goes_on.set()
        while "half" not in disk.texts.values():
            await sleep(0.05)
