"""Lays a print job out on A4 with WeasyPrint: tagged (PDF/UA), bookmarked, with the JSON result attached.

The same job gives the same bytes.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from weasyprint import HTML, Attachment
from weasyprint.urls import URLFetcher, URLFetcherResponse

from barline_reports.paper import PrintJob

FIGURE_SCHEME = "figure:"


class FigureFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no type hints
    """Gives the charts drawn before and nothing else: no file, no network."""

    def __init__(self, pictures: Mapping[str, str]) -> None:
        super().__init__()
        self._pictures = pictures

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        name = url.removeprefix(FIGURE_SCHEME)
        if name == url or name not in self._pictures:
            raise ValueError(f"a report loads nothing: {url}")
        return URLFetcherResponse(
            url, self._pictures[name].encode(), {"Content-Type": "image/svg+xml"}
        )


def lay_out(job: PrintJob, pictures: Mapping[str, str], attachment: bytes) -> bytes:
    """The PDF. A chart without a picture is replaced by a sentence that says so."""
    html = job.html
    for drawing in job.drawings:
        if drawing.id not in pictures:
            html = html.replace(drawing.image, drawing.replacement)
    moment = datetime.fromisoformat(job.attachment_date).replace(tzinfo=UTC)
    attached = Attachment(
        string=attachment,
        name=job.attachment_name,
        description="The API's JSON result this report was made from",
        created=moment,
        modified=moment,
        relationship="Data",
    )
    pdf = HTML(string=html, url_fetcher=FigureFetcher(pictures)).write_pdf(
        pdf_variant="pdf/ua-1",
        pdf_identifier=job.identifier.encode(),
        attachments=[attached],
    )
    assert isinstance(pdf, bytes)  # noqa: S101 - without a target write_pdf gives bytes
    return pdf
