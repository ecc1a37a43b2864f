"""How values are chosen and typed by keys."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from typist import FREE_TEXT, Typist, is_choice, keys_of

from coder.codebook.schema import Field
from coder.errors import CoderError
from coder.model import Answer, Json, event_number
from coder.service.edits.field_values import (
    choose_from_list,
    find_wording,
    get_part,
    list_questions,
    set_part,
)
from coder.values.dates import with_marks
from coder.values.typed import Choice, parse, same_value, show


class ValueTypist(Typist):
    """Gives the field under the record's cursor a value."""

    async def value(self, asked: Field, have: Answer, want: Answer) -> None:
        """A value from the list, by digits or by typing as little as finds it, or as a
        text.
        """
        values = self.book.values_of(asked)
        if asked.type in ("enum", "multi", "hierarchy") and asked.value_is is None:
            wants = want.value if asked.is_list else [want.value]
            held = (have.value or []) if asked.is_list and have.coded else []
            missing = [w for w in wants if w not in held]
            number = next(
                (n for n, v in enumerate(values, 1) if missing and v.id == missing[0]),
                0,
            )
            if missing and asked.type != "hierarchy" and 0 < number < 10:
                await self.press(str(number))
            elif missing:
                await self.choose(lambda choice: choice.id == missing[0])
            return
        if asked.value_is == "record_reference":
            await self.link(have, want)
            return
        if asked.type in ("actor", "place"):
            await self.name(asked, have, want)
            return
        if asked.type == "date":
            if have.blank is None and (
                marks := self.date_marks(have.value, want.value)
            ):
                await self.press(
                    *(["enter", marks] if marks == "+" else marks), "enter"
                )
                return
            task = self.screen.filling._value_task().begin()
            whole = show(asked, want.value, self.book, self.screen.lang)
            number = next(
                (n for n, c in enumerate(task.choices("")) if c.id == whole), None
            )
            if (
                number is not None
                and number + 2 < len(self.shortest(asked, want.value)) + 1
            ):
                await self.press("enter", *["down"] * number, "enter")
                return
        kind, self.what = self.what, FREE_TEXT if asked.type == "text" else self.what
        text = self.shortest(asked, want.value)
        if have.coded and asked.type == "text":
            await self.press("enter", "ctrl+a")
        await self.type(text)
        self.what = kind

    def digits(self, asked: Field, value: Json) -> int:
        """How many digits give a value of a list in the record, 0 where they do not
        give all of it.
        """
        if asked.type not in ("enum", "multi") or asked.value_is is not None:
            return 0
        ids = [v.id for v in self.book.values_of(asked)[:9]]
        items = value if isinstance(value, list) else [value]
        return len(items) if all(item in ids for item in items) else 0

    async def link(self, have: Answer, want: Answer, *, is_open: bool = False) -> None:
        """The first link that is missing, to an event that is there."""
        left = (w for w in want.value if w not in (have.value if have.coded else []))
        link = next(w for w in left if self.coding.event(w["record"]) is not None)
        await self.choose_link(
            "link", link["record"], link["relation"], is_open=is_open
        )

    async def choose_link(
        self, way: str, other: str, relation: str, *, is_open: bool
    ) -> None:
        """A link to another event or (way: back) from it, in one step if it is the
        likely one.
        """
        event, whole = f"link:{other}:", f"{way}:{other}:{relation}"
        task = self.screen.filling._value_task().begin()
        offered = {choice.id: choice for choice in task.choices("")}
        labels = (
            choice.label for choice in task.choices(relation) if choice.id == whole
        )
        named = [label.split()[0].strip("\u2066\u2067\u2068\u2069") for label in labels]
        typed = [
            *named,
            *(f"{word[:n]} {event_number(other)}" for word in named for n in (1, 2)),
        ]
        if whole not in offered and event not in offered:
            await self.press(*(["escape"] if is_open else []))
            return
        if whole not in offered and (offered[event].number or not typed):
            await self.choose(partial(is_choice, event), is_open=is_open)
            is_open, typed = True, []
        await self.choose(partial(is_choice, whole), is_open=is_open, typed=typed)

    def date_marks(self, have: Json, want: Json) -> str:
        """The marks that make a date the one that is wanted, "" for none."""
        coded = self.coding.answer("pub_date")
        pub = (coded.value["start"], coded.value["end"]) if coded.coded else None
        return next(
            (
                m
                for m in ("~", "+", "~+", ">", "~>")
                if same_value(with_marks(have, m, pub), want)
            ),
            "",
        )

    async def type(self, text: str) -> None:
        """A text into the chooser, which has to be opened first where letters are those
        of words.
        """
        is_name = self.screen.scopes()[0] == "jump" and text[0].isalpha()
        complete = self.screen.filling._value_task().begin().complete
        await self.press(*(["enter"] if is_name else []), *keys_of(text, complete))
        await self.press("ctrl+s" if self.screen.chooser.scope == "write" else "enter")

    def shortest(self, asked: Field, value: Json) -> str:
        """The shortest of some texts that stand for a value."""
        whole = show(asked, value, self.book, self.screen.lang)
        texts = [whole, whole.lstrip("0")] if whole.startswith("0") else [whole]
        if asked.type == "date":
            first, last = (date.fromisoformat(value[end]) for end in ("start", "end"))
            days = [
                f"{first.day}/{first.month}",
                f"{first.day}/{first.month}/{first.year}",
            ]
            ends = [f"{last.day}/{last.month}", f"{last.day}/{last.month}/{last.year}"]
            spans = [*days, *(f"{day}..{end}" for day in days for end in ends)]
            spans += [
                f"{first.day}-{last.day}/{last.month}",
                f"{first.month}/{first.year}",
                f"{first.year}",
            ]
            parts = {part.id: part.values for part in asked.parts}
            words = [
                {v.id, v.label.ar.split()[0], v.label.en.split()[0]}
                for name in ("precision", "basis")
                for v in parts.get(name, ())
                if v.id == value.get(name)
            ]
            notes = [
                "",
                *(f"({w})" for each in words for w in each),
                f"({','.join(min(w, key=len) for w in words)})",
            ]
            texts += [
                f"{how}{s}{o}{n}"
                for how in ("", "~")
                for s in spans
                for o in ("", "+", ">")
                for n in notes
            ]
        coded = self.coding.answer("pub_date")
        pub = (coded.value["start"], coded.value["end"]) if coded.coded else None
        for text in sorted(texts, key=len):
            try:
                if (
                    text[0] != "0"
                    and parse(asked, text, self.book, pub_date=pub) == value
                ):
                    return text
            except CoderError:
                continue
        return whole

    async def name(self, asked: Field, have: Answer, want: Answer) -> None:
        """Somebody or some place, chosen and then asked about, or spelt out."""
        held = have.value if have.coded else []
        over = self.surplus(held, want.value)
        left = [w for w in want.value if not any(same_value([w], [h]) for h in held)]
        item = next(
            (w for w in left if over and named_alike(held[over[0]], w)), left[0]
        )
        written = find_wording(held[over[0]], have, self.coding) if over else ""
        if over:
            parts = list_questions(asked, held[over[0]], self.book)
            differ = [
                q for q in parts if get_part(held[over[0]], q) != get_part(item, q)
            ]
            if (
                len(differ) == 1
                and isinstance(item, dict)
                and same_value(
                    [{**held[over[0]], differ[0].id: item.get(differ[0].id)}], [item]
                )
            ):
                await self.press("enter")
                await self.choose(
                    lambda choice: choice.id == f"item:{over[0]}", is_open=True
                )
                await self.choose(
                    lambda choice: choice.id == f"part:{differ[0].id}", is_open=True
                )
                await self.choose(
                    lambda c: c.id == f"part:{get_part(item, differ[0])}", is_open=True
                )
                return
            await self.press("ctrl+t", *([str(over[0] + 1)] if len(held) > 1 else []))
        who = (
            item.get("who", item.get("place_id", item.get("name")))
            if isinstance(item, dict)
            else item
        )
        if who is None and "as_written" not in item:
            await self.choose(
                lambda choice: choice.id == "",
                is_open=self.screen.chooser.asked is not None,
            )
        elif (
            isinstance(who, str)
            and self.known(asked, who)
            and not self.odd_place(asked, item, written)
        ):
            await self.choose(
                lambda choice: choice.id == who,
                is_open=self.screen.chooser.asked is not None,
            )
        elif isinstance(who, dict) or (
            asked.type == "actor" and isinstance(item, dict)
        ):
            spelt = str((who if isinstance(who, dict) else item)["name"])
            if any(
                c.id == f"typed:{spelt}"
                for c in self.screen.filling._value_task().begin().choices("")
            ):
                await self.choose(partial(is_choice, f"typed:{spelt}"))
            else:
                await self.type(spelt)
        else:
            await self.type(show(asked, [item], self.book, self.screen.lang))
        while self.screen.chooser.asked is not None:
            offered = {c.id.removeprefix("part:") for c in self.screen.chooser.choices}
            who = item.get("who") if isinstance(item, dict) else None
            parts_of = {
                **(who if isinstance(who, dict) else {}),
                **(item if isinstance(item, dict) else {}),
            }
            said = [v for v in parts_of.values() if isinstance(v, str) and v in offered]
            if not said:
                await self.press("escape")
                return
            await self.choose(partial(is_choice, f"part:{said[0]}"), is_open=True)

    def known(self, asked: Field, who: str) -> bool:
        lexicon = self.book.lexicon
        return bool(lexicon.actor(who) if asked.type == "actor" else lexicon.place(who))

    def odd_place(self, asked: Field, item: Json, written: str) -> bool:
        """Whether choosing the place and answering what is asked does not give the item
        as it is wanted.
        """
        if asked.type != "place":
            return False
        given, parts = choose_from_list(asked, item["place_id"], self.book, written)
        for part in parts:
            given = set_part(given, part, get_part(item, part))
        return not same_value([given], [item])

    async def choose(
        self,
        fits: Callable[[Choice], bool],
        *,
        is_open: bool = False,
        typed: Sequence[str] = (),
    ) -> None:
        """A choice by its number, by the fewest letters, or by the arrows; typed: texts
        that may find it.
        """
        chooser = self.screen.chooser
        task = chooser.asked if is_open else self.screen.filling._value_task().begin()
        assert task is not None
        shown = task.choices("")
        cursor = (
            chooser.cursor
            if is_open
            else next((n for n, c in enumerate(shown) if c.id == task.at), 0)
        )
        at = next((n for n, choice in enumerate(shown) if fits(choice)), None)
        ways: list[tuple[str, ...]] = []
        if at is not None:
            has_numbers = any(c.number for c in shown)
            number = shown[at].number if has_numbers else str(at + 1)
            rivals = sum(c.number.startswith(number) for c in shown)
            if task.digits and (
                number != "" and rivals == 1 if has_numbers else at < 9
            ):
                ways.append(tuple(number))
            far = (at - cursor + len(shown) // 2) % len(shown) - len(shown) // 2
            arrows = ["down" if far > 0 else "up"] * abs(far)
            ways.append((*(() if is_open else ("enter",)), *arrows, "enter"))
        label = next((c.label for c in shown if fits(c)), "")
        label = "".join(c for c in label if not "\u2066" <= c <= "\u2069")
        words = [*label.split(), label, *label.removeprefix("ال").split()]
        for word in {*words, *(word.removeprefix("ال") for word in words), *typed}:
            for length in range(1, min(6, len(word)) + 1):
                found = task.choices(word[:length])
                at = next((n for n, choice in enumerate(found) if fits(choice)), None)
                if at is not None and not word[0].isdecimal():
                    begun = ["enter"] if self.screen.scopes()[0] == "jump" else []
                    ways.append(
                        (*begun, *keys_of(word[:length]), *["down"] * at, "enter")
                    )
        if not ways:
            if is_open:
                await self.press("escape")
            return
        await self.press(*min(ways, key=len))

    @staticmethod
    def surplus(have: Json, want: Json) -> list[int]:
        items = want if isinstance(want, list) else [want]
        return [
            n
            for n, v in enumerate(have or [])
            if not any(same_value([v], [w]) for w in items)
        ]


def named_alike(one: Json, other: Json) -> bool:
    """Whether two items are named in the same words, whatever else differs."""
    names = []
    for item in (one, other):
        of = item if isinstance(item, dict) else {}
        who = of.get("who") if isinstance(of.get("who"), dict) else of
        names.append(who.get("as_written") or who.get("name"))
    return names[0] is not None and names[0] == names[1]
