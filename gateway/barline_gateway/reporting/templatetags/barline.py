"""Filters that write numbers, dates and spans of time, and the tag that keeps a query while changing part of it."""

from datetime import date, datetime
from typing import Literal

from django import template
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from barline_gateway.reporting import numbers

register = template.Library()

Missing = Literal[""] | None  # what a template gives for something that is not there

register.filter("price", numbers.price)


def known(value: Missing | float) -> float | None:
    return None if value == "" else value


@register.filter
def signed_percent(value: Missing | float, digits: int = 2) -> str:
    return numbers.signed_percent(known(value), digits)


@register.filter
def thousands(value: Missing | float) -> str:
    return numbers.thousands(known(value))


@register.filter
def decimal(value: Missing | float, digits: int) -> str:
    """A number with that many decimals, such as a Sharpe ratio."""
    return numbers.thousands(known(value), digits)


@register.filter
def percent(value: Missing | float) -> str:
    """A share of a whole: without a sign, to the nearest percent."""
    share = known(value)
    return numbers.UNKNOWN if share is None else f"{share:.0%}"


@register.filter
def plural(amount: int, one: str) -> str:
    return numbers.plural(amount, one)


@register.filter
def seconds(value: int) -> str:
    return numbers.span(value)


@register.filter
def with_windows(title: str, windows: str) -> str:
    """`Backtest of MSFT, 50/200`: two reports on one symbol have the same title."""
    return f"{title}, {windows}" if windows else title


@register.filter
def ratio(value: float) -> str:
    """The new shares of a split for one old, without needless decimals."""
    return f"{value:,.6g}"


@register.filter
def cash(value: float) -> str:
    """An amount a share: at least two decimals, and all that a dividend usually has."""
    text = f"{value:,.6f}".rstrip("0")
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals:0<2}"


@register.filter
def day(value: Missing | date) -> str:
    return value.isoformat() if value else numbers.NOTHING


@register.filter
def instant(value: Missing | datetime) -> SafeString | str:
    """A moment in UTC to the minute, readable by programs too."""
    if not value:
        return numbers.NOTHING
    text = value.astimezone(timezone.get_fixed_timezone(0)).strftime("%Y-%m-%d %H:%M UTC")
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), text)


@register.filter
def ago(value: Missing | datetime) -> SafeString | str:
    """How long ago, with the moment itself on hover."""
    if not value:
        return "never"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        value.strftime("%Y-%m-%d %H:%M UTC"),
        numbers.elapsed(value, timezone.now()),
    )


@register.filter
def remaining(value: datetime | None) -> str:
    return "" if value is None else numbers.remaining(value, timezone.now())


@register.simple_tag(takes_context=True)
def query_with(context: template.Context, **changes: object) -> str:
    """The page's query string with `changes`; None takes a parameter out."""
    query: QueryDict = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"
