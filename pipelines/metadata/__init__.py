"""What the files under data_contracts say: contracts, items, values, standards, calendars, periods."""

from pathlib import Path

METADATA_ROOT = Path(__file__).resolve().parents[2] / "data_contracts"
