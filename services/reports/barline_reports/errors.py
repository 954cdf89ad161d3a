"""What can go wrong in the reports service, as problems."""

from barline_core.problems import (
    UpstreamWrong,
)


class AnswerNotUnderstood(UpstreamWrong):
    """Another service's answer is not what the two agreed on."""

    def __init__(self, service: str, error: Exception) -> None:
        super().__init__(
            f"The {service} service answered in a shape this service does not know; both must be of one release."
        )
        self.__cause__ = error
