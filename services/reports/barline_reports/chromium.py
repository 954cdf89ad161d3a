"""Draws Plotly figures as SVG in one warm Chromium, through kaleido's page, without ever touching the network."""

import asyncio
from collections.abc import Sequence
from typing import Self, TypedDict

import kaleido
import orjson

from barline_reports.paper import Drawing
from barline_reports.svg import settled

# One call draws all figures: kaleido's own calc_fig loads the page anew after each, which costs ten times the drawing.
# A figure that fails gives its message instead of a picture and leaves the others alone.
DRAW_ALL = """
(async (specs) => {
  const answers = [];
  for (const spec of specs) {
    try { answers.push(await kaleido_scopes.plotly(spec)); }
    catch (error) { answers.push({code: 1, message: String(error), result: null}); }
  }
  return JSON.stringify(answers);
})(%s)
"""
NOWHERE = "http://127.0.0.1:9"  # a proxy that is not there: whatever a page asks of the network fails at once


class PlotlyAnswer(TypedDict):
    """What kaleido's page says about one figure; code 0 is success."""

    code: int
    message: str | None
    result: str | None


class DrawingFailed(Exception):
    """The browser is gone, hangs, or gave an answer that makes no sense; no figure came out of this call."""


class Chromium:
    """One browser with kaleido's page open. Not safe for two callers at once."""

    def __init__(self, path: str | None, *, timeout_s: float) -> None:
        self._path = path
        self._timeout_s = timeout_s
        self._browser: kaleido.Kaleido | None = None

    @property
    def process_id(self) -> int | None:
        """The browser's process, which leads a process group of its own; `None` while there is none."""
        return None if self._browser is None else int(self._browser.subprocess.pid)

    async def start(self) -> Self:
        """Start the browser unless it runs. `mathjax=False`: kaleido would ask a CDN for it otherwise."""
        if self._browser is None:
            browser = kaleido.Kaleido(
                n=1, timeout=self._timeout_s, mathjax=False, path=self._path, proxy_server=NOWHERE
            )
            async with asyncio.timeout(self._timeout_s):
                await browser.open()
            self._browser = browser
        return self

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
        answers = await self._evaluate(DRAW_ALL % orjson.dumps(specs).decode())
        return {
            one.id: settled(answer["result"], one.id)
            for one, answer in zip(drawings, answers, strict=True)
            if answer["code"] == 0 and answer["result"]
        }

    async def _evaluate(self, expression: str) -> list[PlotlyAnswer]:
        parameters = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        try:
            async with asyncio.timeout(self._timeout_s):
                await self.start()
                assert self._browser is not None  # noqa: S101 - started above
                tab = self._browser.get_tab()
                answer = await tab.send_command("Runtime.evaluate", params=parameters)
                answers: list[PlotlyAnswer] = orjson.loads(answer["result"]["result"]["value"])
        except Exception as error:
            raise DrawingFailed(f"{type(error).__name__}: {error}") from error
        return answers

    async def refresh(self) -> None:
        """Load the page anew, so that nothing of the figures drawn so far stays in memory. Raises DrawingFailed."""
        if self._browser is None:
            return
        try:
            async with asyncio.timeout(self._timeout_s):
                tab = self._browser.get_tab()
                loaded = tab.subscribe_once("Page.loadEventFired")
                await tab.send_command("Page.reload")
                await loaded
        except Exception as error:
            raise DrawingFailed(f"{type(error).__name__}: {error}") from error

    async def close(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None:
            async with asyncio.timeout(10):
                await browser.close()
