"""The way in from the field: records up, receipts and the catalogue down."""
