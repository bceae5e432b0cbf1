"""Judge text tables against the contracts: types, row rules, findings."""
