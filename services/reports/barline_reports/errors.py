"""What can go wrong in the reports service, as problems."""

from barline_core.problems import NotFound, ServiceUnavailable, UpstreamTooSlow, UpstreamWrong


class AnswerNotUnderstood(UpstreamWrong):
    """Another service's answer is not what the two agreed on."""

    def __init__(self, service: str, error: Exception) -> None:
        super().__init__(
            f"The {service} service answered in a shape this service does not know; both must be of one release."
        )
        self.__cause__ = error


class DataChanging(ServiceUnavailable):
    """The bars changed between the two reads a report needs."""

    def __init__(self) -> None:
        super().__init__("The bars are changing just now; ask again in a moment.", retry_after_s=2)


class RendererBusy(ServiceUnavailable):
    """Another PDF is being made."""

    def __init__(self) -> None:
        super().__init__("Other reports are being printed; ask again shortly.", retry_after_s=10)


class PrintingFailed(ServiceUnavailable):
    """The rendering process could not make the PDF."""

    def __init__(self) -> None:
        super().__init__(
            "The PDF could not be printed; ask again, or take format=html or format=json.",
            retry_after_s=10,
        )


class PrintingTooSlow(UpstreamTooSlow):
    """The rendering process took longer than a report may."""

    def __init__(self, limit_s: float) -> None:
        super().__init__(
            f"The PDF was not printed within {limit_s:.0f} s; take format=html, or a shorter range of dates.",
            headers={"Retry-After": "30"},
        )


class UnknownReport(NotFound):
    """No such report, or not the caller's: the two must look the same."""

    def __init__(self, report_id: str) -> None:
        super().__init__(f"You have no report {report_id}.")
