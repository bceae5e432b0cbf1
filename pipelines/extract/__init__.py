"""Read originals into tables of text, one batch at a time."""
