"""Reading what was downloaded."""

import csv
import io

from werkzeug.test import TestResponse


def records(answer: TestResponse, *, delimiter: str = ",") -> list[dict[str, str]]:
    """Read a downloaded file as its receiver would."""
    assert answer.status_code == 200, answer.text
    text = answer.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
