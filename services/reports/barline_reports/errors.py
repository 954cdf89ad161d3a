"""What can go wrong in the reports service, as problems."""

from barline_core.problems import (
    Conflict,
    FieldError,
    InvalidInput,
    NotFound,
    ServiceUnavailable,
    TooLarge,
    UpstreamTooSlow,
    UpstreamWrong,
)


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
    """As many PDFs are being made or wait as may."""

    def __init__(self, retry_after_s: int) -> None:
        super().__init__(
            f"Other reports are being printed; ask again in {retry_after_s} s.",
            retry_after_s=retry_after_s,
        )


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


class PrintingTooLarge(TooLarge):
    """The layout of the report took more memory than one may; asking again would not help."""

    def __init__(self) -> None:
        super().__init__(
            "The PDF needs more memory than a report may have; take format=html, or a shorter range of dates."
        )


class UnknownReport(NotFound):
    """No such report, or not the caller's: the two must look the same."""

    def __init__(self, report_id: str) -> None:
        super().__init__(f"You have no report {report_id}.")


class NothingToCompare(Conflict):
    """A report that shows no backtest, or was made before reports said which."""

    def __init__(self, parameter: str, report_id: str) -> None:
        advice = "Name a backtest run, or the report on one."
        super().__init__(
            f"{report_id} is no report on a backtest that can be compared; make the backtest's report again.",
            errors=(FieldError(advice, parameter=parameter),),
        )


class SameRun(InvalidInput):
    """Both sides of a comparison are one run."""

    def __init__(self, run_id: str) -> None:
        advice = "Name another run, or the report on one."
        super().__init__(
            f"Both are {run_id}: there is nothing to compare.",
            errors=(FieldError(advice, parameter="second"),),
        )
