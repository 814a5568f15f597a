"""The figures people read: indices, indicators, ranks, change, contributions, peers."""
