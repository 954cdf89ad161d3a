"""JSON that can only be read one way, and cannot be used to tire the reader."""

import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

DEEPEST = 20
LONGEST_NUMBER = 30  # characters: a float has 17 digits, a sign, a point and an exponent


class StrictJSONParser(BaseParser):
    """RFC 8259 with what it leaves open decided: UTF-8, names once, finite numbers, no deep nesting, no NUL.

    A name given twice is read differently by different readers; NUL and lone surrogates cannot be stored.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:  # noqa: ANN401 - JSON may be anything
        try:
            value = json.loads(
                stream.read().decode(),
                object_pairs_hook=names_once,
                parse_constant=finite,
                parse_float=finite,
                parse_int=short,
            )
            check(value)
        except RecursionError as error:
            raise ParseError(f"The body is nested deeper than {DEEPEST} levels.") from error
        except UnicodeDecodeError as error:
            raise ParseError("The body is not UTF-8.") from error
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise ParseError(f"The body is not valid JSON: {error.msg} at {where}.") from error
        except ValueError as error:
            raise ParseError(str(error)) from error
        return value


def names_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    document = dict(pairs)
    if len(document) < len(pairs):
        raise ValueError("The body has a name twice in one object.")
    return document


def finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("The body has a number that is not finite.")
    return number


def short(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"The body has a number of more than {LONGEST_NUMBER} digits.")
    return int(text)


def check(value: object) -> None:
    """Every string can be stored, and nothing is nested too deep."""
    for text, depth in texts(value, 1):
        if depth > DEEPEST:
            raise ValueError(f"The body is nested deeper than {DEEPEST} levels.")
        if "\0" in text or any("\ud800" <= mark <= "\udfff" for mark in text):
            raise ValueError("The body has a character that no text may have.")


def texts(value: object, depth: int) -> Iterator[tuple[str, int]]:
    """Every string in `value` with its depth, and an empty one for each array and object."""
    if isinstance(value, str):
        yield value, depth
    elif isinstance(value, list | dict):
        yield "", depth
        if depth > DEEPEST:
            return
        inner = value if isinstance(value, list) else [*value.keys(), *value.values()]
        for one in inner:
            yield from texts(one, depth + 1)
