"""Proposes candidate spans and events by rule and word list; it never decides and never writes."""
