"""The suggester at work: candidates (`batch`, `shards`), terms (`learned_terms`), how good they are."""
