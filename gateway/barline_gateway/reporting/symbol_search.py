"""What the search for a symbol found, as ingestion says."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Match:
    """A share whose symbol or name holds the words."""

    symbol: str
    name: str
    type: str
    region: str
    currency: str


@dataclass(frozen=True, slots=True)
class SymbolSearch:
    """The matches, best first; `cached` says that no request was spent."""

    keywords: str
    asked_at: datetime
    cached: bool
    matches: tuple[Match, ...]
