"""Properties of everything the template can hold: whatever is written is read as that, or named as not read."""
