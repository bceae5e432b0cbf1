"""Build the database from the validated batches."""
