"""An independent re-computation of every provision; it must not read pipelines/measure nor the sample's truth."""
