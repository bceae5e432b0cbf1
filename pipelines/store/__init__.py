"""Ground floor: the home's folders, the originals, the ledger and the database."""
