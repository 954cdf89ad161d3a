"""Draws Plotly figures as SVG in one warm Chromium, through kaleido's page, without ever touching the network."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TypedDict

import kaleido
import orjson

from barline_reports.paper import Drawing
from barline_reports.svg import settled

# One call draws all figures: kaleido's own calc_fig loads the page anew after each, which costs ten times the drawing.
# A figure that fails gives its message instead of a picture and leaves the others alone.
# Each text is set to begin where Chromium would have begun it: one that is centred or ends at a place costs a layout
# as much as a page of its own. It is measured large, because small letters are as wide as whole pixels.
DRAW_ALL = """
(async (specs) => {
  const pen = document.createElement("canvas").getContext("2d");
  const begun = (svg) => {
    const picture = new DOMParser().parseFromString(svg, "image/svg+xml");
    for (const text of picture.querySelectorAll("text")) {
      const share = {middle: 0.5, end: 1}[text.style.textAnchor || text.getAttribute("text-anchor")];
      if (!share || text.childElementCount || text.hasAttribute("dx")) continue;
      pen.font = `${text.style.fontWeight || 400} 1000px ${text.style.fontFamily}`;
      const width = pen.measureText(text.textContent).width * parseFloat(text.style.fontSize) / 1000;
      text.setAttribute("x", (parseFloat(text.getAttribute("x") || 0) - width * share).toFixed(2));
      text.style.textAnchor = "";
      text.removeAttribute("text-anchor");
    }
    return new XMLSerializer().serializeToString(picture);
  };
  const answers = [];
  for (const spec of specs) {
    try {
      const answer = await kaleido_scopes.plotly(spec);
      answers.push(answer.result ? {...answer, result: begun(answer.result)} : answer);
    } catch (error) { answers.push({code: 1, message: String(error), result: null}); }
  }
  return JSON.stringify(answers);
})(%s)
"""
STARTING_S = 30.0  # the first start on a cold disk takes ten
CLOSING_S = 5.0
NOWHERE = "http://127.0.0.1:9"  # a proxy that is not there: whatever a page asks of the network fails at once


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
        answers = await self._evaluate(DRAW_ALL % orjson.dumps(specs).decode())
        return {
            one.id: settled(answer["result"], one.id)
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
