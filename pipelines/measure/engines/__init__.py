"""One small engine a kind of provision: each turns a provision into SQL that fills the verdict tables."""
