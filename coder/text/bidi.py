"""Levels and visual order of bidirectional text according to Unicode Standard Annex #9;
uses its rule names.

Characters are represented by a byte string of one-letter class codes (BIDI_CLASS in
`unicode_data`), so that the rules are searches and replacements over runs. Characters
removed by X9 stay in place as `Z` (BN) and get the level of the character before them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import NamedTuple

from coder.text.unicode_data import Lookup, pairs, value

MAX_DEPTH = 125
L, R, M, O, Z = b"LRMOZ"  # noqa: E741 - the names of the standard
_CONTROLS = re.compile(rb"[lrxyqijfdB]")
_STRONG_OR_ISOLATE = re.compile(rb"[LRAijfd]")
_RETAINED = re.compile(rb"[^Z]+")
_REMOVED = re.compile(rb"Z+")
_LEVEL_RUN = re.compile(rb"(.)\1*", re.DOTALL)
_RESET = b"WZlrxyqijfd"
_OVERRIDE = {
    side: bytes(Z if code == Z else side for code in range(256)) for side in (L, R)
}
_NEUTRAL = bytes.maketrans(b"STCWGBijfd", b"OOOOOOOOOO")
_CODES = Lookup(lambda character: value("BIDI_CLASS", character))
_BRACKETS_DONE = bytes.maketrans(b"()", b"OO")
_CANONICAL = {"\u2329": "\u3008", "\u232a": "\u3009"}


def levels(text: str, base: int | None = None) -> tuple[int, bytearray]:
    """The levels of a one-line paragraph and of its code points; base None: from the
    text (P2, P3).
    """
    classes = classes_of(text)
    level, resolved = resolve(classes, base, text)
    return level, l1(classes, resolved, level)


def resolve(classes: bytes, base: int | None, text: str) -> tuple[int, bytearray]:
    """The paragraph level and the levels before line breaking (P2 to I2); text is used
    for brackets.
    """
    if base is None:
        base = first_strong(classes) or 0
    types = bytearray(classes)
    result = bytearray([base]) * len(classes)
    if not _CONTROLS.search(classes):
        sequences = [
            _Sequence(base, [m.span() for m in _RETAINED.finditer(classes)], base, base)
        ]
    else:
        isolates = _find_isolates(classes)
        types, result = explicit_levels(classes, base, isolates)
        sequences = _isolating_run_sequences(types, result, base, isolates)
    for sequence in sequences:
        sequence.resolve(types, text, result)
    for removed in _REMOVED.finditer(types):
        start, end = removed.span()
        result[start:end] = bytes([result[start - 1] if start else base]) * (
            end - start
        )
    return base, result


def first_strong(classes: bytes) -> int | None:
    """P2, P3: the level set by the first strong character outside isolates; None if
    there is none.
    """
    depth = 0
    for match in _STRONG_OR_ISOLATE.finditer(classes):
        code = match[0]
        if code in _INITIATORS:
            depth += 1
        elif code == b"d":
            depth = max(0, depth - 1)
        elif depth == 0:
            return int(code != b"L")
    return None


def l1(classes: bytes, resolved: bytearray, base: int) -> bytearray:
    """L1: the levels of one line, with separators and white space before them or at the
    end reset.
    """
    result = bytearray(resolved)
    start = 0
    stops = (
        [m.start() for m in re.finditer(rb"[BG]", classes)]
        if b"G" in classes or b"B" in classes
        else []
    )
    for stop in (*stops, len(classes)):
        content_end = start + len(classes[start:stop].rstrip(_RESET))
        result[content_end : stop + 1] = bytes([base]) * (
            min(stop + 1, len(classes)) - content_end
        )
        start = stop + 1
    return result


def reorder(levels: Sequence[int]) -> list[int]:
    """L2: the visual order of a line, from left to right, as indices into its levels."""
    runs: list[tuple[int, range]] = []
    start = 0
    for level, run in groupby(levels):
        end = start + sum(1 for _ in run)
        runs.append(
            (
                level,
                range(start, end) if level % 2 == 0 else range(end - 1, start - 1, -1),
            )
        )
        start = end
    lowest_odd = min((level for level, _ in runs if level % 2), default=MAX_DEPTH + 2)
    highest = max((level for level, _ in runs), default=0)
    for level in range(highest, lowest_odd - 1, -1):
        i = 0
        while i < len(runs):
            j = i
            while j < len(runs) and runs[j][0] >= level:
                j += 1
            runs[i:j] = runs[i:j][::-1]
            i = j + 1
    return [index for _, run in runs for index in run]


def mirrored(glyph: str, level: int) -> str:
    """L4: the glyph of a character with its marks; brackets are mirrored at
    right-to-left levels.
    """
    mirror = pairs("MIRRORS").get(glyph[:1]) if level & 1 else None
    return glyph if mirror is None else mirror + glyph[1:]


def classes_of(text: str) -> bytes:
    """One class code per code point."""
    return text.translate(_CODES).encode("ascii")


# --- X1 to X10: explicit levels ---------------------------------------------------------------------


_INITIATORS = b"ijf"  # the codes of LRI, RLI and FSI
_POP = b"d"  # the code of PDI


@dataclass
class _Isolate:
    end: int | None = None  # its matching PDI (BD9)
    rtl: bool | None = None  # the direction of its content by P2 and P3 (for FSI)


def _find_isolates(classes: bytes) -> dict[int, _Isolate]:
    """Return offset of the initiator → isolate, with its end (BD9) and the direction of
    its first strong character (P2).
    """
    by_start: dict[int, _Isolate] = {}
    stack: list[_Isolate] = []
    for match in _STRONG_OR_ISOLATE.finditer(classes):
        code = match[0]
        if code in _INITIATORS:
            by_start[match.start()] = _Isolate()
            stack.append(by_start[match.start()])
        elif code == _POP:
            if stack:
                stack.pop().end = match.start()
        elif stack and stack[-1].rtl is None:
            stack[-1].rtl = code != b"L"
    return by_start


def with_directions(text: str) -> str:
    """Replace each FSI by the LRI or RLI that it means, which a text keeps when its end
    is cut off.
    """
    if "\u2068" not in text:
        return text
    chars = list(text)
    isolates = _find_isolates(classes_of(text))
    for at in (at for at, char in enumerate(text) if char == "\u2068"):
        chars[at] = "\u2067" if isolates[at].rtl else "\u2066"
    return "".join(chars)


class _Status(NamedTuple):  # an entry of the directional status stack
    level: int
    override: int = 0  # the class code forced on characters
    isolate: bool = False


def explicit_levels(
    classes: bytes, base: int, isolates: dict[int, _Isolate]
) -> tuple[bytearray, bytearray]:
    """X1 to X9: the types after overrides, removed characters as BN, and the explicit
    levels.
    """
    types = bytearray(classes)
    result = bytearray([base]) * len(classes)
    stack = [_Status(base)]
    overflow_isolates = 0
    overflow_embeddings = 0
    valid_isolates = 0

    def x6(start: int, end: int) -> None:
        status = stack[-1]
        result[start:end] = bytes([status.level]) * (end - start)
        if status.override:
            types[start:end] = types[start:end].translate(_OVERRIDE[status.override])

    done = 0
    for match in _CONTROLS.finditer(classes):
        at = match.start()
        code = match[0]
        x6(done, at)
        done = at + 1
        if code in b"lrxyijf":  # X2 to X5c
            isolate = code in b"ijf"
            if isolate:
                x6(at, done)
            else:
                types[at] = Z
            rtl = bool(isolates[at].rtl) if code == b"f" else code in b"ryj"
            level = stack[-1].level + 1
            level += rtl != level % 2  # the next odd level, or the next even one
            if level <= MAX_DEPTH and not overflow_isolates and not overflow_embeddings:
                valid_isolates += isolate
                stack.append(_Status(level, {b"x": L, b"y": R}.get(code, 0), isolate))
            elif isolate:
                overflow_isolates += 1
            elif not overflow_isolates:
                overflow_embeddings += 1
        elif code == b"d":  # X6a
            if overflow_isolates:
                overflow_isolates -= 1
            elif valid_isolates:
                overflow_embeddings = 0
                while not stack.pop().isolate:
                    pass
                valid_isolates -= 1
            x6(at, done)
        elif code == b"q":  # X7
            types[at] = Z
            if not overflow_isolates:
                if overflow_embeddings:
                    overflow_embeddings -= 1
                elif len(stack) > 1 and not stack[-1].isolate:
                    stack.pop()
    x6(done, len(classes))
    for separator in re.finditer(b"B", classes):  # X8
        types[separator.start()] = b"B"[0]
        result[separator.start()] = base
    return types, result


def _isolating_run_sequences(
    types: bytearray, explicit: bytearray, base: int, isolates: dict[int, _Isolate]
) -> list[
    _Sequence
]:  # X10, BD13: level runs, joined from isolate initiators to their PDIs
    removed = 255
    marked = bytearray(explicit)
    for match in _REMOVED.finditer(types):
        marked[match.start() : match.end()] = bytes([removed]) * (
            match.end() - match.start()
        )
    stretches = (
        (m[0][0], m.span()) for m in _LEVEL_RUN.finditer(marked) if m[0][0] != removed
    )
    by_level = groupby(
        stretches, key=lambda stretch: stretch[0]
    )  # BD7 without removed characters
    runs = [(level, [span for _, span in run]) for level, run in by_level]
    sequences: list[_Sequence] = []
    waiting: dict[int, _Sequence] = {}
    for i, (level, ranges) in enumerate(runs):
        first = ranges[0][0]
        last = ranges[-1][1] - 1
        sequence = waiting.pop(first, None)
        if sequence is None:
            sequence = _Sequence(level, [], runs[i - 1][0] if i else base, base)
            sequences.append(sequence)
        sequence.ranges += ranges
        sequence.after = base
        if last not in isolates:
            sequence.after = runs[i + 1][0] if i + 1 < len(runs) else base
        elif (end := isolates[last].end) is not None:
            waiting[end] = sequence
    return sequences


@dataclass
class _Sequence:  # an isolating run sequence
    level: int
    ranges: list[tuple[int, int]]
    before: int  # the level before it, which determines sos
    after: int  # the level after it, which determines eos

    def resolve(self, types: bytearray, text: str, result: bytearray) -> None:
        """W1 to I2: write the resolved levels into `result`."""
        codes = b"".join(types[start:end] for start, end in self.ranges)
        sides = [
            b"LR"[max(self.level, around) % 2 :][:1]
            for around in (self.before, self.after)
        ]
        original = sides[0] + codes + sides[1]
        embedding = R if self.level % 2 else L
        weak = _resolve_weak(original)
        if b"(" in weak:
            characters = "".join(
                ["\0", *(text[start:end] for start, end in self.ranges)]
            )
            weak = n0(weak, original, characters, embedding)
        # N1, N2: neutrals between equal directions take that direction, all others the
        # embedding direction
        between_others = (
            rb"(?<=L)O+(?=L)" if embedding == R else rb"(?<=[REN])O+(?=[REN])"
        )
        other = b"L" if embedding == R else b"R"
        strong = re.sub(
            between_others, lambda m: other * len(m[0]), weak.translate(_BRACKETS_DONE)
        )
        strong = strong.replace(b"O", bytes([embedding]))
        resolved = strong[1:-1].translate(_implicit_levels(self.level))
        at = 0
        for start, end in self.ranges:
            result[start:end] = resolved[at : at + end - start]
            at += end - start


# --- W1 to W7, N0 to N2, I1 and I2; codes begin with sos and end with eos ------------------------------


def _resolve_weak(codes: bytes) -> bytes:  # W1 to W7; brackets keep their own codes
    if b"M" in codes:
        codes = re.sub(
            rb"([ijfd()])(M+)", lambda m: m[1] + b"O" * len(m[2]), codes
        )  # W1
        codes = re.sub(rb"(.)M+", lambda m: m[1] * len(m[0]), codes, flags=re.DOTALL)
    if b"E" in codes:
        codes = re.sub(rb"A[^LR]*", lambda m: m[0].replace(b"E", b"N"), codes)  # W2
    codes = codes.replace(b"A", b"R")  # W3
    if b"C" in codes or b"S" in codes:  # W4
        codes = re.sub(rb"(?<=E)[SC](?=E)", b"E", codes)
        codes = re.sub(rb"(?<=N)C(?=N)", b"N", codes)
    if b"T" in codes and b"E" in codes:
        codes = re.sub(
            rb"[TE]+", lambda m: b"E" * len(m[0]) if b"E" in m[0] else m[0], codes
        )  # W5
    codes = codes.translate(_NEUTRAL)  # W6, with one code for all neutrals
    if b"E" in codes:
        codes = re.sub(rb"L[^R]*", lambda m: m[0].replace(b"E", b"L"), codes)  # W7
    return codes


def _bracket_pairs(
    codes: bytes, characters: str
) -> list[tuple[int, int]]:  # BD16, sorted
    pairs_found: list[tuple[int, int]] = []
    stack: list[tuple[str, int]] = []
    for match in re.finditer(rb"[()]", codes):
        at = match.start()
        bracket = _CANONICAL.get(characters[at], characters[at])
        if match[0] == b"(":
            if len(stack) == 63:
                break  # stack overflow: by definition the pairs found so far count
            closing = pairs("BRACKETS")[bracket]
            stack.append((_CANONICAL.get(closing, closing), at))
            continue
        for depth in range(len(stack) - 1, -1, -1):
            if stack[depth][0] == bracket:
                pairs_found.append((stack[depth][1], at))
                del stack[depth:]
                break
    return sorted(pairs_found)


def n0(codes: bytes, original: bytes, characters: str, embedding: int) -> bytes:
    """N0: bracket pairs take the direction of their content or of the preceding
    context.
    """
    result = bytearray(codes)
    context = codes[0]
    seen = 0
    for opening, closing in _bracket_pairs(codes, characters):
        left = result.rfind(L, seen, opening)
        right = max(
            result.rfind(code, seen, opening) for code in b"REN"
        )  # numbers count as R
        context = context if left == right else L if left > right else R
        seen = opening
        sides = {
            L if code == L else R
            for code in b"LREN"
            if result.find(code, opening, closing) >= 0
        }
        if not sides:
            continue
        direction = (
            embedding
            if embedding in sides or context == embedding
            else L + R - embedding
        )
        for at in (opening, closing):
            result[at] = direction
            while original[at + 1] == M:
                at += 1
                result[at] = direction
    return bytes(result)


@cache
def _implicit_levels(level: int) -> bytes:  # I1, I2: class code → level
    left, right, number = (
        (level + 1, level, level + 1) if level % 2 else (level, level + 1, level + 2)
    )
    return bytes.maketrans(b"LREN", bytes([left, right, number, number]))
