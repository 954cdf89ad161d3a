"""The bodies and queries of the registry's routes."""

from collections.abc import Mapping

from rest_framework import serializers

from barline_gateway.registry.tickers import ADVICE, is_ticker

MAX_SYMBOLS = 5_000
ORDERINGS = ("symbol", "last_date", "sessions", "missing_sessions", "last_success_at")


class StrictSerializer(serializers.Serializer[object]):
    """Refuses names it does not know: a typing error must not be read as a default."""

    def to_internal_value(self, data: object) -> object:
        if isinstance(data, Mapping):
            unknown = sorted(set(data) - set(self.fields) - {"csrfmiddlewaretoken"})
            if unknown:
                raise serializers.ValidationError(dict.fromkeys(unknown, "There is no such field."))
        return super().to_internal_value(data)


class TickerField(serializers.CharField):
    """A symbol, in upper case."""

    def to_internal_value(self, data: object) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError("A symbol is a string, such as IBM.")
        ticker = data.strip().upper()
        if not is_ticker(ticker):
            raise serializers.ValidationError(ADVICE)
        return ticker


class SymbolsField(serializers.ListField):
    """Distinct symbols, in the order given."""

    child = TickerField()

    def to_internal_value(self, data: list[object]) -> list[str]:
        return list(dict.fromkeys(super().to_internal_value(data)))


class AddBody(StrictSerializer):
    """`symbol` or `symbols`; what is known about a single one may come along."""

    symbol = TickerField(required=False)
    symbols = SymbolsField(required=False, min_length=1, max_length=MAX_SYMBOLS)
    name = serializers.CharField(required=False, max_length=200, allow_null=True)
    exchange = serializers.CharField(required=False, max_length=100, allow_null=True)
    currency = serializers.CharField(required=False, max_length=10, allow_null=True)

    def validate(self, attrs: dict[str, object]) -> dict[str, object]:
        if ("symbol" in attrs) == ("symbols" in attrs):
            raise serializers.ValidationError({"symbol": "Send either `symbol` or `symbols`."})
        return attrs


class RemoveBody(StrictSerializer):
    symbol = TickerField()
    purge = serializers.BooleanField(default=False)


class RefreshBody(StrictSerializer):
    symbols = SymbolsField(
        required=False, allow_null=True, default=None, min_length=1, max_length=MAX_SYMBOLS
    )
    full = serializers.BooleanField(default=False)


class ImportBody(StrictSerializer):
    """A CSV of bars; a new symbol is not followed, that is fetched, unless `follow` asks for it."""

    symbol = TickerField()
    file = serializers.FileField(allow_empty_file=True)
    prices = serializers.ChoiceField(choices=["raw", "split_adjusted"], default="raw")
    follow = serializers.BooleanField(required=False, allow_null=True, default=None)


class SearchQuery(StrictSerializer):
    keywords = serializers.CharField(min_length=1, max_length=50)


class WaitQuery(StrictSerializer):
    wait = serializers.IntegerField(min_value=0, max_value=30, default=20)


class ListQuery(StrictSerializer):
    search = serializers.CharField(required=False, max_length=50)
    ordering = serializers.ChoiceField(
        choices=[*ORDERINGS, *(f"-{name}" for name in ORDERINGS)], default="symbol"
    )
    active = serializers.BooleanField(required=False, allow_null=True, default=None)
    page = serializers.IntegerField(min_value=1, max_value=1_000_000, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=500, default=100)


class FormatQuery(StrictSerializer):
    format = serializers.ChoiceField(choices=["json", "yaml"], default="json")
