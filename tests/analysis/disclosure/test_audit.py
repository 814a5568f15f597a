"""The attacker of the audit: he finds what can be subtracted, and nothing else."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from analysis.disclosure.audit import Printed, least_people, narrowest


def test_a_total_beside_all_its_parts_but_one_speaks_of_that_one() -> None:
    people = np.array([30, 20, 4])
    open_to_all = csr_array(np.array([[1.0, 0, 0], [0, 1, 0], [1, 1, 1]]))
    assert least_people(open_to_all, people, np.array([2])) == pytest.approx([4])
    # Where the small part is left out of the total, no figure holds it.
    left_out = csr_array(np.array([[1.0, 0, 0], [0, 1, 0], [1, 1, 0]]))
    assert np.isinf(least_people(left_out, people, np.array([2]))).all()


def test_two_partitions_are_joined_by_their_smallest_cut() -> None:
    # Places × sexes: 20 men and 1 woman here, 1 man and 20 women there.
    people = np.array([20, 1, 1, 20])
    places_and_sexes = csr_array(np.array([[1.0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 1, 0]]))
    # The first place less the men is one woman less one man.
    assert least_people(places_and_sexes, people, np.array([1])) == pytest.approx([2])


def test_an_attacker_proves_a_hidden_mean_by_subtraction() -> None:
    share = np.array([[1.0, 0, 0], [0, 1, 0], [0.45, 0.45, 0.10]])
    truth = np.array([60.0, 70.0, 20.0])
    printed = Printed(csr_array(share), np.round(share @ truth, 1), reach=0.05)
    alone = np.array([0.0, 0, 1])
    assert narrowest(printed, alone) < 3
    without = Printed(csr_array(share[:2]), np.round(share[:2] @ truth, 1), reach=0.05)
    assert narrowest(without, alone) == pytest.approx(100)


def test_figures_that_no_answers_could_give_are_an_error() -> None:
    printed = Printed(csr_array(np.array([[1.0], [1.0]])), np.array([20.0, 30.0]), reach=0.05)
    with pytest.raises(ValueError, match="contradicts"):
        narrowest(printed, np.array([1.0]))
