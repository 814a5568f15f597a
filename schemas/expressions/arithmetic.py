"""What expressions compute with: doubles, and None for blank. Blank or not finite in, blank out."""

import math
from collections.abc import Sequence
from typing import Final

Number = float | None

_TENS: Final = (1.0, 10.0, 100.0, 1000.0, 10000.0, 100000.0, 1000000.0)
_WHOLE_POWERS: Final = 1024


def finite(number: float) -> Number:
    """The number, blank if it is none."""
    return number if math.isfinite(number) else None


def plus(left: Number, right: Number) -> Number:
    """Add."""
    return None if left is None or right is None else finite(left + right)


def minus(left: Number, right: Number) -> Number:
    """Subtract."""
    return None if left is None or right is None else finite(left - right)


def times(left: Number, right: Number) -> Number:
    """Multiply."""
    return None if left is None or right is None else finite(left * right)


def divided(left: Number, right: Number) -> Number:
    """Divide; by zero is blank."""
    return None if left is None or not right else finite(left / right)


def remainder(left: Number, right: Number) -> Number:
    """The remainder, with the sign of the dividend."""
    return None if left is None or not right else math.fmod(left, right)


def power(base: Number, exponent: Number) -> Number:
    """Raise to a power so that both twins agree.

    Whole exponents by squaring, to the last bit; other powers differ there between platforms and
    are rounded to 12 significant digits.
    """
    if base is None or exponent is None:
        return None
    if exponent.is_integer() and abs(exponent) <= _WHOLE_POWERS:
        result = _whole_power(base, int(abs(exponent)))
        return divided(1.0, result) if exponent < 0 else finite(result)
    try:
        return finite(float(f"{math.pow(base, exponent):.12g}"))
    except (ValueError, OverflowError):
        return None


def _whole_power(base: float, exponent: int) -> float:
    result = 1.0
    while exponent:
        if exponent & 1:
            result *= base
        base *= base
        exponent >>= 1
    return result


def rounded(number: Number, digits: int) -> Number:
    """Round halves toward +infinity."""
    if number is None:
        return None
    scaled = number * _TENS[digits] + 0.5
    return math.floor(scaled) / _TENS[digits] if math.isfinite(scaled) else None


def truncated(number: Number) -> Number:
    """Drop the fraction."""
    return None if number is None else float(math.trunc(number))


def total(numbers: Sequence[Number]) -> Number:
    """Sum; a partial sum is never shown as a total."""
    result: Number = 0.0
    for number in numbers:
        result = plus(result, number)
    return result


def least(numbers: Sequence[Number]) -> Number:
    """The smallest; blank if any is, or there is none."""
    known = [number for number in numbers if number is not None]
    return min(known) if known and len(known) == len(numbers) else None


def greatest(numbers: Sequence[Number]) -> Number:
    """The largest; blank if any is, or there is none."""
    known = [number for number in numbers if number is not None]
    return max(known) if known and len(known) == len(numbers) else None
