"""What the author of a form is told: errors, oversights, unreachable questions, privacy."""
