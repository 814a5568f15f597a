"""The gate every figure passes, and its audit by attack."""
