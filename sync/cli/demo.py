"""The command `demo`."""


def demo() -> int:
    """Not yet."""
    return 0
