"""Draws Plotly figures as SVG in one warm Chromium, through kaleido's page, without ever touching the network."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from typing import TypedDict

import kaleido
import orjson

from barline_reports.paper import Drawing

STARTING_S = 30.0  # the first start on a cold disk takes ten
CLOSING_S = 5.0
NOWHERE = "http://127.0.0.1:9"  # a proxy that is not there: whatever a page asks of the network fails at once


@cache
def program() -> str:
    return (files("barline_reports") / "assets" / "draw.js").read_text(encoding="utf-8").strip()


class PlotlyAnswer(TypedDict):
    """What kaleido's page says about one figure; code 0 is success."""

    code: int
    message: str | None
    result: str | None


class DrawingFailed(Exception):
    """The browser is gone or gave an answer that makes no sense; a new one may do better."""


class DrawingTooSlow(DrawingFailed):
    """The browser hangs; on the same figures a new one would, too."""


class Chromium:
    """One browser with kaleido's page open. Not safe for two callers at once."""

    def __init__(self, path: str | None, *, timeout_s: float) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._browser: kaleido.Kaleido | None = None

    @property
    def process_id(self) -> int | None:
        """The browser's process, which leads a process group of its own; `None` while there is none."""
        process = getattr(self._browser, "subprocess", None)
        return None if process is None else int(process.pid)

    async def start(self) -> None:
        """Start the browser unless it runs. Raises DrawingFailed.

        `mathjax=False`: kaleido would ask a CDN for it otherwise.
        """
        if self._browser is not None:
            return
        async with limited(STARTING_S):
            self._browser = kaleido.Kaleido(
                n=1, timeout=STARTING_S, mathjax=False, path=self._path, proxy_server=NOWHERE
            )
            await self._browser.open()

    async def draw(self, drawings: Sequence[Drawing]) -> dict[str, str]:
        """SVG by figure id; a figure that could not be drawn is missing. Raises DrawingFailed."""
        specs = [
            {
                "format": "svg",
                "width": one.width,
                "height": one.height,
                "scale": 1,
                "data": one.spec,
            }
            for one in drawings
        ]
        # JSON is valid JavaScript as it is, so the figures are written straight into the expression.
        names = [one.id for one in drawings]
        arguments = ",".join(orjson.dumps(one).decode() for one in (specs, names))
        answers = await self._evaluate(f"{program()}({arguments})")
        return {
            one.id: answer["result"]
            for one, answer in zip(drawings, answers, strict=True)
            if answer["code"] == 0 and answer["result"]
        }

    async def _evaluate(self, expression: str) -> list[PlotlyAnswer]:
        await self.start()
        assert self._browser is not None  # noqa: S101 - started above
        parameters = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        async with limited(self._timeout_s):
            answer = await self._browser.get_tab().send_command("Runtime.evaluate", parameters)
            answers: list[PlotlyAnswer] = orjson.loads(answer["result"]["result"]["value"])
        return answers

    async def refresh(self) -> None:
        """Load the page anew, so that nothing of the figures drawn so far stays in memory. Raises DrawingFailed."""
        if self._browser is None:
            return
        async with limited(self._timeout_s):
            tab = self._browser.get_tab()
            loaded = tab.subscribe_once("Page.loadEventFired")
            await tab.send_command("Page.reload")
            await loaded

    async def close(self) -> None:
        """End the browser, also one that is broken; what it still has to complain about is of no interest."""
        browser, group = self._browser, self.process_id
        self._browser = None
        if browser is None:
            return
        with contextlib.suppress(DrawingFailed):
            async with limited(CLOSING_S):
                await browser.close()
        if group is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)


@asynccontextmanager
async def limited(timeout_s: float) -> AsyncIterator[None]:
    """Whatever goes wrong inside is a DrawingFailed, and a DrawingTooSlow when it takes longer than `timeout_s`.

    kaleido and choreographer raise many kinds, and cancel whoever waits for a browser that died.
    """
    try:
        async with asyncio.timeout(timeout_s):
            yield
    except TimeoutError as error:
        raise DrawingTooSlow(f"nothing came within {timeout_s:g} s") from error
    except (Exception, asyncio.CancelledError) as error:
        raise DrawingFailed(f"{type(error).__name__}: {error}") from error
