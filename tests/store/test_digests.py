"""An entry's digest is the SHA-256 of a JSON list, so that anybody can recompute it."""

import hashlib
import json

from hypothesis import given
from hypothesis import strategies as st

from coder.store.journal import digest

any_text = st.text(st.characters())  # halves of characters included
fields = st.lists(any_text | st.none() | st.integers(0, 10**9), max_size=7)


@given(any_text, fields)
def test_a_digest_covers_the_previous_one_and_all_fields_as_json(
    previous: str, told: list[object]
) -> None:
    body = json.dumps([previous, *told], ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )
    assert digest(previous, told) == hashlib.sha256(body).hexdigest()


@given(st.characters())
def test_each_character_is_written_as_json_writes_it(character: str) -> None:
    body = json.dumps(["", character], ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )
    assert digest("", [character]) == hashlib.sha256(body).hexdigest()
