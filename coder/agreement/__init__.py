"""How far coders agree: coefficients, event alignment, intervals and the report over real codings."""
