"""A report as an HTTP answer: its name, its id, and what a browser may do with it."""

import re

from fastapi import Response

from barline_reports.page import policy
from barline_reports.schemas import Disposition
from barline_reports.store import Rendered
from barline_reports.upstream import Refused

UNSAFE = re.compile(r"[^A-Za-z0-9.\-]+")


def report_answer(
    report_id: str, report: Rendered, disposition: Disposition = "inline"
) -> Response:
    headers = {
        "Content-Disposition": f'{disposition}; filename="{file_name(report)}"',
        "X-Report-Id": report_id,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
    if report.format == "html":
        headers["Content-Security-Policy"] = policy()
    return Response(report.content, media_type=report.media_type, headers=headers)


def file_name(report: Rendered) -> str:
    """`barline-msft-backtest-1a2b3c4d.pdf`: the digits tell reports on one symbol apart."""
    symbol = UNSAFE.sub("-", report.symbol).strip("-.").lower() or "report"
    return f"barline-{symbol}-{report.kind}-{report.digest[:8]}.{report.format}"


def refusal_answer(refused: Refused) -> Response:
    """The other service's problem, unchanged."""
    return Response(refused.body, status_code=refused.status, headers=refused.headers)
