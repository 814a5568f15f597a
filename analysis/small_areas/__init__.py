"""Figures of cells with few answers, made by a model with answers from elsewhere."""
