"""Take in what schools and bodies send: keep the bytes, write the ledger."""
