"""Times the first page on a cold browser cache, in Debian's Chromium on a running installation of its own.

Needs the test extras (playwright). Prints one JSON line; run it on a machine with nothing else to do. Each round is a
new browser process with an empty cache, signed in beforehand. `usable_s` is from the request to the load event: laid
out, its scripts run, its forms answering; `whole_s` until the last sparkline is drawn too. `chart_s` is the page of a
symbol until its candles are drawn, Plotly fetched and all. Bytes are those that crossed the wire, headers included.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserType, StorageState, sync_playwright

from barline_core.embedded import free_port

CHROMIUM = "/usr/bin/chromium"
ROUNDS = 7
LOADED = "performance.getEntriesByType('navigation')[0].loadEventEnd"
SINCE_REQUEST = "performance.now()"


@dataclass(frozen=True, slots=True)
class Load:
    """One page in one browser: when it could be used, when it was whole, what it cost."""

    usable_s: float
    whole_s: float
    own_bytes: int
    plotly_bytes: int
    requests: int


@contextmanager
def installation() -> Iterator[dict[str, str]]:
    """`make run` in an empty folder; its credentials."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "barline"
        process = subprocess.Popen(
            [sys.executable, "-m", "barline_local"],
            env={**os.environ, "BARLINE_HOME": str(home), "PORT": str(free_port())},
            cwd=folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        try:
            if not any("ready" in line for line in process.stdout):
                raise SystemExit("The installation did not start.")
            yield json.loads((home / "credentials.json").read_text())
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def signed_in(chromium: BrowserType, credentials: dict[str, str]) -> StorageState:
    browser = chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    page = browser.new_page(base_url=credentials["base_url"])
    page.goto("/reporting/sign-in")
    page.get_by_label("User name").fill(credentials["username"])
    page.get_by_label("Password").fill(credentials["password"])
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Symbols").wait_for()
    state = page.context.storage_state()
    browser.close()
    return state


def load(
    chromium: BrowserType, url: str, state: StorageState, *, whole_when: str, count: int
) -> Load:
    """Open the page in a new browser; it is whole when `count` elements match `whole_when`."""
    browser = chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    page = browser.new_context(
        storage_state=state, viewport={"width": 1440, "height": 900}
    ).new_page()
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}

    def asked(event: dict[str, object]) -> None:
        request = event["request"]
        addresses[str(event["requestId"])] = (
            str(request["url"]) if isinstance(request, dict) else ""
        )

    def finished(event: dict[str, object]) -> None:
        sizes[str(event["requestId"])] = int(str(event["encodedDataLength"]).partition(".")[0])

    wire.on("Network.requestWillBeSent", asked)
    wire.on("Network.loadingFinished", finished)
    page.goto(url, wait_until="load")
    drawn = f"() => document.querySelectorAll({whole_when!r}).length >= {count} && {SINCE_REQUEST}"
    whole_ms = page.wait_for_function(drawn, polling="raf").json_value()
    usable_ms = page.evaluate(LOADED)
    page.wait_for_load_state("networkidle")
    plotly = sum(size for key, size in sizes.items() if "/plotly/" in addresses.get(key, ""))
    result = Load(
        usable_s=usable_ms / 1000,
        whole_s=whole_ms / 1000,
        own_bytes=sum(sizes.values()) - plotly,
        plotly_bytes=plotly,
        requests=len(sizes),
    )
    browser.close()
    return result


def median(loads: list[Load], name: str, digits: int = 3) -> float:
    return round(statistics.median(getattr(one, name) for one in loads), digits)


def main() -> None:
    with installation() as credentials, sync_playwright() as playwright:
        chromium, base = playwright.chromium, credentials["base_url"]
        state = signed_in(chromium, credentials)
        first, symbol = (
            [
                load(chromium, base + path, state, whole_when=whole_when, count=count)
                for _ in range(ROUNDS)
            ]
            for path, whole_when, count in (
                ("/reporting/", ".sparkline", 5),
                ("/reporting/symbols/AAPL", ".plot.drawn", 1),
            )
        )
    result = {
        "benchmark": "first_page",
        "rounds": ROUNDS,
        "usable_s": median(first, "usable_s"),
        "whole_s": median(first, "whole_s"),
        "bytes": int(median(first, "own_bytes", 0)),
        "plotly_bytes": int(median(first, "plotly_bytes", 0)),
        "requests": int(median(first, "requests", 0)),
        "chart_s": median(symbol, "whole_s"),
        "chart_page_bytes": int(median(symbol, "own_bytes", 0)),
        "chart_plotly_bytes": int(median(symbol, "plotly_bytes", 0)),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
