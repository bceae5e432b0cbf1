"""Files with random damages: each is refused by name or read, and disturbs no other."""
