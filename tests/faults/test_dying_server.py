"""A server that dies at any statement: whatever it was at, the next contact finishes it."""

import json
import os
import subprocess
import sys

import pytest

from tests.faults.conftest import Centre
from tests.faults.dying import STEP

FEWEST = {"upload": 150, "finishing": 60, "record": 80, "topics": 120}
"""Statements that there are at least: a test that never dies proves nothing."""


@pytest.mark.slow
@pytest.mark.parametrize("errand", FEWEST)
def test_the_next_contact_finishes_whatever_statement_a_server_dies_at(
    centre: Centre, errand: str
) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.faults.dying", errand, json.dumps(centre.officer)],
        env=os.environ | centre.settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) >= FEWEST[errand] // STEP
