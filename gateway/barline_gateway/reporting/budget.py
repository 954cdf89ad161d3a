"""What is left of the day's requests to Alpha Vantage, as ingestion says."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Budget:
    """A paying key has no daily limit."""

    key_configured: bool
    tier: str  # free, paid or unknown
    daily_limit: int | None
    used: int
    remaining: int | None
    resumes_at: datetime | None

    @property
    def is_spent(self) -> bool:
        return self.remaining == 0
