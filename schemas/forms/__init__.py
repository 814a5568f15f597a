"""A form and an interview held with it: definition, flow, offers, validation."""
