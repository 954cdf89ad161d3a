"""Asks Alpha Vantage: one request in flight a key, each recorded before it is sent, the key shown
nowhere.
"""

import hashlib
import time
from dataclasses import dataclass
from datetime import datetime

import httpx
import stamina
import structlog
from pydantic import SecretStr
from sqlalchemy.orm import Session

from barline_core.clock import MarketClock, utc_now
from barline_core.db import Database
from barline_ingestion.answers import Answer, Asked, Reply, classify
from barline_ingestion.budget import Budget, budget_of, pause_before_next
from barline_ingestion.capability import Use, is_free, learnt_from_answer, learnt_from_refusal
from barline_ingestion.errors import DayIsSpent
from barline_ingestion.market_calendar import next_budget_day
from barline_ingestion.refusals import PASSING, RefusalKind, Refused
from barline_ingestion.settings import IngestionSettings
from barline_ingestion.store import calls
from barline_ingestion.store.key_lock import hold_key
from barline_ingestion.transport import fetch, open_client, query_of

FINGERPRINT_LENGTH = 16
LONGEST_BACKOFF_S = 15.0

log = structlog.get_logger("barline.upstream")


class Passing(Exception):
    """A refusal that another attempt may get over."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(f"{refused.kind}: {refused.text}")
        self.refused = refused


@dataclass(frozen=True, slots=True)
class KeyRules:
    """What governs one key: its fingerprint, the free key's limits, and the day requests count to."""

    fingerprint: str
    free_daily_limit: int
    seconds_between: float
    market_clock: MarketClock

    def budget(self, session: Session) -> Budget:
        """What is left of the market's day."""
        spent = calls.spent_on(session, self.fingerprint, self.market_clock.today())
        free = is_free(calls.grants_of(session, self.fingerprint))
        return budget_of(
            free=free,
            used=spent.calls,
            refused=spent.refused,
            free_daily_limit=self.free_daily_limit,
        )

    def pause_s(self, session: Session, now: datetime) -> float:
        """How long to wait before the next request: only free keys, and after a burst any key."""
        spent = calls.spent_on(session, self.fingerprint, self.market_clock.today())
        free = is_free(calls.grants_of(session, self.fingerprint))
        if free is False and spent.last_outcome != RefusalKind.BURST:
            return 0.0
        return pause_before_next(
            last_called_at=spent.last_called_at, now=now, seconds_between=self.seconds_between
        )


def key_rules(settings: IngestionSettings) -> KeyRules:
    """The rules of the configured key, which is named by a fingerprint only."""
    key = settings.alpha_vantage_api_key.get_secret_value()
    return KeyRules(
        fingerprint=hashlib.sha256(key.encode()).hexdigest()[:FINGERPRINT_LENGTH],
        free_daily_limit=settings.free_requests_per_day,
        seconds_between=settings.free_seconds_between_requests,
        market_clock=settings.market_clock,
    )


@dataclass(frozen=True, slots=True)
class Provider:
    """The upstream, asked with one key."""

    database: Database
    client: httpx.Client
    key: SecretStr
    rules: KeyRules
    total_s: float
    attempts: int
    backoff_s: float

    def ask(self, use: Use, symbol: str) -> Answer:
        """The upstream's answer, after a few attempts when the trouble is a passing one.

        Raises DayIsSpent when the day's budget is spent.
        """
        if not self.key.get_secret_value():
            return Refused(RefusalKind.NO_KEY, "no key is configured; nothing was asked")
        asked = Asked(use.function, symbol, use.output_size)
        patiently = stamina.RetryingCaller(
            attempts=self.attempts,
            timeout=None,
            wait_initial=self.backoff_s,
            wait_max=LONGEST_BACKOFF_S,
            wait_jitter=self.backoff_s,
        )
        try:
            return patiently(Passing, self.ask_once, use, asked)
        except Passing as passing:
            return passing.refused

    def ask_once(self, use: Use, asked: Asked) -> Answer:
        """One request: recorded, sent, classified, and learnt from."""
        with hold_key(self.database, self.rules.fingerprint):
            call_id = self.begin(asked)
            started = time.monotonic()
            key = self.key.get_secret_value()
            reply = fetch(self.client, query_of(asked), total_s=self.total_s)
            answer = classify(asked, reply, key=key) if isinstance(reply, Reply) else reply
            duration_ms = round((time.monotonic() - started) * 1000)
            self.finish(call_id, use, reply, answer, duration_ms)
        if isinstance(answer, Refused):
            self.note_refusal(asked, answer)
        return answer

    def begin(self, asked: Asked) -> int:
        """Wait for the key's turn and write the request down, so that it counts even if we die."""
        with self.database.transaction() as session:
            if self.rules.budget(session).is_spent:
                raise self.spent()
            pause_s = self.rules.pause_s(session, utc_now())
        time.sleep(pause_s)
        with self.database.transaction() as session:
            return calls.record_call(
                session,
                self.rules.fingerprint,
                asked,
                budget_date=self.rules.market_clock.today(),
                now=utc_now(),
            )

    def finish(
        self, call_id: int, use: Use, reply: Reply | Refused, answer: Answer, duration_ms: int
    ) -> None:
        """Complete the record, and remember what the answer shows about the key."""
        refused = answer if isinstance(answer, Refused) else None
        ended = calls.Outcome(
            outcome=refused.kind if refused else calls.ANSWERED,
            http_status=reply.status if isinstance(reply, Reply) else None,
            duration_ms=duration_ms,
            detail=refused.text if refused else None,
        )
        learnt = learnt_from_refusal(use, refused.kind) if refused else learnt_from_answer(use)
        with self.database.transaction() as session:
            calls.record_outcome(session, call_id, ended)
            calls.learn(
                session,
                self.rules.fingerprint,
                learnt,
                allowed=refused is None,
                now=utc_now(),
            )

    def note_refusal(self, asked: Asked, refused: Refused) -> None:
        """Log a refusal, and raise for those that only time can heal."""
        log.warning(
            "upstream.refused",
            function=asked.function,
            symbol=asked.symbol,
            kind=refused.kind,
            text=refused.text,
        )
        if refused.kind is RefusalKind.DAILY_QUOTA:
            raise self.spent()
        if refused.kind in PASSING:
            raise Passing(refused)

    def spent(self) -> DayIsSpent:
        return DayIsSpent("The day's requests are spent.", next_budget_day(utc_now()))


def open_provider(settings: IngestionSettings, database: Database) -> Provider:
    """The provider as configured; its client is the caller's to close."""
    return Provider(
        database=database,
        client=open_client(settings),
        key=settings.alpha_vantage_api_key,
        rules=key_rules(settings),
        total_s=settings.upstream_total_timeout_s,
        attempts=settings.upstream_attempts,
        backoff_s=settings.upstream_backoff_s,
    )
