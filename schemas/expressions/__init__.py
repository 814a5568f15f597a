"""The expression language of the forms: grammar, types, functions, evaluation."""
