"""Times quantstats.reports.html: `quantstats_html.py RETURNS_CSV REPEATS` prints the seconds of each as JSON.

Run by backtest_pdf.py in the peer's own environment; without arguments it does nothing. The file has the columns date,
strategy and buy_and_hold with daily returns.
"""

import json
import sys
import tempfile
import time
import warnings


def main(path: str, repeats: int) -> None:
    warnings.simplefilter("ignore")  # the peer's own business
    import matplotlib as mpl  # noqa: PLC0415 - only the peer's environment has these three

    mpl.use("agg")
    import pandas as pd  # noqa: PLC0415 - as above
    import quantstats  # noqa: PLC0415 - as above

    returns = pd.read_csv(path, index_col="date", parse_dates=True)
    seconds = []
    with tempfile.NamedTemporaryFile(suffix=".html") as page:
        for _ in range(repeats + 1):  # the first is warm-up
            started = time.perf_counter()
            quantstats.reports.html(
                returns["strategy"], benchmark=returns["buy_and_hold"], output=page.name
            )
            seconds.append(time.perf_counter() - started)
    print(json.dumps(seconds[1:]))


if __name__ == "__main__" and len(sys.argv) > 1:
    main(sys.argv[1], int(sys.argv[2]))
