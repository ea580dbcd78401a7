"""Pretended systems and synthetic people, for demo, rehearsal and tests."""
