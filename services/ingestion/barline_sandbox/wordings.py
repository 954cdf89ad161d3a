"""Alpha Vantage's own sentences.

They carry the meaning that its HTTP status (nearly always 200) does not.
"""

SITE = "https://www.alphavantage.co"
PLANS = f"any of the premium plans at {SITE}/premium/"

KEY_MISSING = (
    "the parameter apikey is invalid or missing. Please claim your free API key on "
    f"({SITE}/support/#api-key). It should take less than 20 seconds."
)
DEMO_ONLY = (
    "The **demo** API key is for demo purposes only. Please claim your free API key at "
    f"({SITE}/support/#api-key) to explore our full API offerings. It takes fewer than 20 seconds."
)
BURST = (
    "Thank you for using Alpha Vantage! Please consider spreading out your free API requests more "
    f"sparingly (1 request per second). You may subscribe to {PLANS} to lift the free key rate "
    "limit (25 requests per day), raise the per-second burst limit, and instantly unlock all "
    "premium endpoints"
)
BURST_NOTE = (
    "Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and "
    f"500 calls per day. Please visit {SITE}/premium/ if you would like to target a higher API "
    "call frequency."
)
BURST_PATTERN = (
    "Burst pattern detected. Please consider spreading out your API requests more evenly over the "
    "minute, or contact support to raise the burst limit of your plan."
)
DAILY_QUOTA_2023 = (
    "Thank you for using Alpha Vantage! Our standard API rate limit is 100 requests per day. "
    f"Please subscribe to {PLANS} to instantly remove all daily rate limits."
)
PREMIUM_ENDPOINT = (
    "Thank you for using Alpha Vantage! This is a premium endpoint. You may subscribe to "
    f"{PLANS} to instantly unlock all premium endpoints"
)
SAMPLE_ROWS = (
    "This is a premium endpoint. ***THE SAMPLE DATA SCHEMA BELOW IS ARTIFICIAL AND FOR "
    f"ILLUSTRATION PURPOSES ONLY***. To access the actual data, please subscribe to {PLANS}."
)


def daily_quota(key: str, limit: int) -> str:
    """The newer wording, which echoes the caller's key."""
    return (
        f"We have detected your API key as {key} and our standard API rate limit is {limit} "
        f"requests per day. Please subscribe to {PLANS} to instantly remove all daily rate limits."
    )


def premium_output_size(function: str) -> str:
    return (
        "Thank you for using Alpha Vantage! The outputsize=full parameter value is a premium "
        f"feature for the {function} endpoint. You may subscribe to {PLANS} to instantly unlock "
        "all premium features"
    )


def invalid_call(function: str) -> str:
    """What an unknown symbol gets, and a bad parameter too."""
    return (
        "Invalid API call. Please retry or visit the documentation "
        f"({SITE}/documentation/) for {function}."
    )


def no_such_function(function: str) -> str:
    return f"This API function ({function}) does not exist."
