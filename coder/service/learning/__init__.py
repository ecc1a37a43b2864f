"""The suggester at work: candidates (`batch`), terms learned (`learned_terms`), how good they are."""
