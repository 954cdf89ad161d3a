"""How a long computation says how far it is, without knowing to whom."""

from collections.abc import Callable

Report = Callable[
    [float, str], None
]  # a share (0..1) and what is being done; may raise to stop the work


def unreported(share: float, message: str) -> None:
    """Nobody asks."""
