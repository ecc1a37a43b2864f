"""All that the rules need of a codebook, compiled once for each revision."""

from __future__ import annotations

from dataclasses import dataclass

from coder.codebook.schema import Codebook
from coder.suggest import (
    actor_spans,
    date_spans,
    entities,
    march_or_drone,
    number_spans,
    place_spans,
    source_spans,
    told_values,
    triggers,
    unreal,
)
from coder.suggest.article_words import Openings
from coder.suggest.compiled_lexicon import Vocabulary, vocabulary
from coder.suggest.date_spans import Patterns
from coder.suggest.nations import Nations, nations
from coder.suggest.number_spans import Counted, counted
from coder.suggest.source_spans import Speech, speech
from coder.suggest.told_values import Counts


@dataclass(frozen=True)
class Rules:
    """Words ready to match, by what they are for; openings tells where a rule can begin."""

    words: Vocabulary
    dates: Patterns
    counted: Counted
    speech: Speech
    nations: Nations
    persons: Counts
    openings: Openings


_compiled: dict[str, Rules] = {}


def rules(codebook: Codebook) -> Rules:
    """The rules of a codebook revision, compiled when first asked for."""
    if codebook.digest not in _compiled:
        lexicon, words = codebook.lexicon, vocabulary(codebook)
        counts, said = counted(lexicon), speech(lexicon)
        persons = told_values.counts_of(lexicon)
        tables = {
            **actor_spans.openings(),
            **place_spans.openings(),
            **source_spans.openings(said),
            **triggers.openings(words),
            **march_or_drone.openings(),
            **unreal.openings(),
            **told_values.openings(persons),
            **number_spans.openings(counts),
            **date_spans.openings(lexicon),
            **entities.openings(codebook, said),
        }
        dates = date_spans.date_patterns(lexicon)
        _compiled[codebook.digest] = Rules(
            words, dates, counts, said, nations(codebook), persons, Openings(tables)
        )
    return _compiled[codebook.digest]
