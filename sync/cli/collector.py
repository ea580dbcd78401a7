"""Let Python look for cycles less often: a job makes many objects at once, and hardly any cycles."""

import gc

_OBJECTS, _ROUNDS = 20_000, 20


def collect_less() -> None:
    """Leave out what the imports made, and wait for more new objects; a plan spends a tenth of its time on it else."""
    gc.freeze()
    gc.set_threshold(_OBJECTS, _ROUNDS, _ROUNDS)
