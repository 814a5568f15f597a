"""From submissions to the index table: observations, weights, PSU totals, the disclosure gate."""
