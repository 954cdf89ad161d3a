"""The processes that hold a key and a database login of their own."""

SERVICES = ("ingestion", "backtest", "prediction", "reports")
PARTIES = ("gateway", *SERVICES)
