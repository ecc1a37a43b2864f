"""Texts to try the laws on: Arabic with marks, mixed directions, controls, emoji, and
anything at all.
"""

from __future__ import annotations

from hypothesis import strategies as st

ARABIC = "ابتثجسلمنهويىةءأإآؤئ" + "پچگکیژڵێەۆ" + "لالألإلآ"
MARKS = "\u064b\u064c\u064e\u064f\u0650\u0651\u0652\u0653\u0654\u0670\u06d6\u0301\u20dd"
INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u00ad"
EMOJI = "👨👩👧❤🏳☺😀🇸🇦🇪\ufe0f\u20e3\U0001f3fd\u200d1#"
SIGNS = (
    " .,:;()[]{}«»\"'<>-+%٪/\\،؛؟ـ0123٠١٢٣۴۵abcXYZאבגd日本カ"
    + "\u00a0\u3000\u0600\u06dd\ufefb\ufdfa\x00\x07\x7f\x9b"
)
BREAKS = "\n\r\t \u2028\u2029\x85\x0b\x0c"

MIXED = st.lists(
    st.one_of(
        *(
            st.sampled_from(group)
            for group in (ARABIC, ARABIC, MARKS, INVISIBLE, EMOJI, SIGNS, BREAKS)
        )
    )
    | st.characters(codec="utf-8"),
    max_size=50,
).map("".join)
