"""What the service and its rendering worker say to each other: JSON for job and answer, plain bytes for files."""

from dataclasses import dataclass

import orjson

from barline_reports.paper import Drawing, PrintJob


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a job: the charts that could not be drawn, or why there is no PDF at all."""

    undrawn: tuple[str, ...] = ()
    error: str = ""


def write_job(job: PrintJob) -> bytes:
    return orjson.dumps(job)


def read_job(message: bytes) -> PrintJob:
    fields = orjson.loads(message)
    drawings = tuple(Drawing(**drawing) for drawing in fields.pop("drawings"))
    return PrintJob(drawings=drawings, **fields)


def write_answer(answer: Answer) -> bytes:
    return orjson.dumps(answer)


def read_answer(message: bytes) -> Answer:
    fields = orjson.loads(message)
    return Answer(undrawn=tuple(fields["undrawn"]), error=fields["error"])
