"""Lays a print job out on A4 with WeasyPrint: tagged (PDF/UA), bookmarked, with the JSON result attached.

The pages are made before their charts are drawn, because the room a chart takes is known: Chromium draws meanwhile. The
same job gives the same bytes.
"""

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from xml.etree import ElementTree as ET  # nosec B405 - reads only what Barline has made

import pydyf
from cssselect2 import ElementWrapper
from weasyprint import HTML, Attachment
from weasyprint.document import Document as Pages
from weasyprint.layout import LayoutContext
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from barline_reports.paper import Drawing, PrintJob
from barline_reports.picture import Picture

FIGURE_SCHEME = "figure:"
VARIANT = "pdf/ua-1"


class PaintingFailed(Exception):
    """The picture of the chart `id_` cannot be put on its page; the report can be made without it."""

    def __init__(self, id_: str) -> None:
        super().__init__(id_)
        self.id_ = id_


class NothingFetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no type hints
    """Gives nothing: no file, no network. The charts are put in beside it."""

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        raise ValueError(f"a report loads nothing: {url}")


class Source(HTML):  # type: ignore[misc]  # WeasyPrint has no type hints
    """A print job's HTML, which is XML too: read as that it takes a tenth of the time.

    A character that XML forbids may be in a name; then it is read as WeasyPrint reads any HTML.
    """

    def __init__(self, html: str) -> None:
        try:
            root = ET.fromstring(html)  # noqa: S314 # nosec B314 - as above
        except ET.ParseError:
            super().__init__(string=html, url_fetcher=NothingFetcher())
            return
        self.base_url = None
        self.url_fetcher = NothingFetcher()
        self.media_type = "print"
        self.wrapper_element = ElementWrapper.from_html_root(root, content_language=None)
        self.etree_element = self.wrapper_element.etree_element


def no_image(**_: object) -> None:
    """A chart has no image inside."""


class Plate:
    """The room of a chart on its page, in CSS pixels; WeasyPrint asks it for its size, and later to draw itself."""

    def __init__(self, drawing: Drawing) -> None:
        self._id = drawing.id
        self._size = (float(drawing.width), float(drawing.height))
        self._picture = "<svg/>"
        self._context: LayoutContext | None = None

    def get_intrinsic_size(self, *_: object) -> tuple[float, float, float]:
        width, height = self._size
        return width, height, width / height

    def engrave(self, picture: str, pages: Pages) -> None:
        """Give it its SVG, whose texts are set in the fonts of `pages`."""
        self._picture = picture
        self._context = LayoutContext(None, no_image, pages.font_config, None, None)

    def draw(self, stream: object, width: float, height: float, _style: object) -> None:
        try:
            tree = ET.fromstring(self._picture)  # noqa: S314 # nosec B314 - as above
            url = FIGURE_SCHEME + self._id
            Picture(tree, url, NothingFetcher(), self._context).paint(stream, width, height)
        except Exception as error:
            raise PaintingFailed(self._id) from error


class Written(pydyf.Object):  # type: ignore[misc]  # pydyf has no type hints
    """An object of the file whose bytes are made once; pydyf makes and packs them again for the file's digest."""

    def __init__(self, original: pydyf.Object) -> None:
        super().__init__()
        self._original = original
        self.number, self.generation, self.free = (
            original.number,
            original.generation,
            original.free,
        )

    @cached_property
    def data(self) -> bytes:
        original = self._original
        packed = isinstance(original, pydyf.Stream) and original.compress
        content: bytes = (deflated(original) if packed else original).data
        return content

    @property
    def compressible(self) -> bool:
        return bool(self._original.compressible)


def deflated(stream: pydyf.Stream) -> pydyf.Stream:
    """The stream packed at zlib's usual level: pydyf's highest takes twice as long and saves one byte in a hundred."""
    plain = pydyf.Stream(stream.stream).data
    body = plain[plain.index(b"stream\n") + len(b"stream\n") : -len(b"\nendstream")]
    return pydyf.Stream([zlib.compress(body)], {**stream.extra, "Filter": "/FlateDecode"})


@dataclass(frozen=True, slots=True)
class Proof:
    """The pages of a job with an empty plate for every chart, by its id."""

    pages: Pages
    plates: Mapping[str, Plate]


def paginate(job: PrintJob, undrawn: Collection[str] = ()) -> Proof:
    """The pages. A chart that is `undrawn` is replaced by a sentence that says so."""
    html = job.html
    for drawing in job.drawings:
        if drawing.id in undrawn:
            html = html.replace(drawing.image, drawing.replacement)
    plates = {drawing.id: Plate(drawing) for drawing in job.drawings if drawing.id not in undrawn}
    images = {FIGURE_SCHEME + id_: plate for id_, plate in plates.items()}
    pages = Source(html).render(font_config=fonts(), pdf_variant=VARIANT, cache=images)
    return Proof(pages, plates)


@cache
def fonts() -> FontConfiguration:
    """What WeasyPrint has found out about the fonts, kept from one report to the next."""
    return FontConfiguration()


def lay_out(
    job: PrintJob, pictures: Mapping[str, str], attachment: bytes, proof: Proof | None = None
) -> bytes:
    """The PDF; `pictures` are SVG by figure id. `proof` is of use when every chart has its picture.

    Raises PaintingFailed.
    """
    undrawn = [drawing.id for drawing in job.drawings if drawing.id not in pictures]
    if proof is None or undrawn:
        proof = paginate(job, undrawn)
    for id_, plate in proof.plates.items():
        plate.engrave(pictures[id_], proof.pages)
    pdf = proof.pages.write_pdf(
        finisher=written_once,
        pdf_variant=VARIANT,
        pdf_identifier=job.identifier.encode(),
        attachments=[attached(job, attachment)],
    )
    assert isinstance(pdf, bytes)  # noqa: S101 - without a target write_pdf gives bytes
    return pdf


def attached(job: PrintJob, content: bytes) -> Attachment:
    moment = datetime.fromisoformat(job.attachment_date).replace(tzinfo=UTC)
    return Attachment(
        string=content,
        name=job.attachment_name,
        description="The API's JSON result this report was made from",
        created=moment,
        modified=moment,
        relationship="Data",
    )


def written_once(_: Pages, pdf: pydyf.PDF) -> None:
    pdf.objects[:] = [Written(one) for one in pdf.objects]
