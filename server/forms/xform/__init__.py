"""A form as an ODK XForm, made from our own definition."""
