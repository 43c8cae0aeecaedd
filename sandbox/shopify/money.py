"""Amounts as the shop writes them: decimal strings, never minor units."""

Money = tuple[int, str]  # minor units, currency

NO_PLACES = (
    *("BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"),
)
THREE_PLACES = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
PLACES = {**dict.fromkeys(NO_PLACES, 0), **dict.fromkeys(THREE_PLACES, 3)}


def decimal(money: Money) -> str:
    """Write an amount as ``Decimal``: zeros at the end go, one stays (``12.0``)."""
    minor, currency = money
    places = PLACES.get(currency, 2)
    digits = str(abs(minor)).rjust(places + 1, "0")
    whole, part = digits[: len(digits) - places], digits[len(digits) - places :]
    return f"{'-' if minor < 0 else ''}{whole}.{part.rstrip('0') or '0'}"


def plain(money: Money) -> str:
    """Write an amount as ``Money``: with all its places (``12.00``), two where it has none."""
    minor, currency = money
    places = PLACES.get(currency, 2)
    return f"{minor / 10**places:.{places or 2}f}"
