"""What the command line offers: options, commands, wording and the summary of a run."""
