"""Row rules by Great Expectations: one suite a table, run once over the whole batch.

The only module that imports great_expectations, and only when rules run (the import takes seconds).
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipelines.errors import PipelineError
from pipelines.metadata.contracts import Contract

if TYPE_CHECKING:
    import pandas as pd

_RESULT_FORMAT = {"result_format": "COMPLETE"}


def _class_name(expectation: str) -> str:
    return re.sub(r"(?:^|_)([a-z])", lambda match: match[1].upper(), expectation)


def _context() -> Any:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    return context


class RowRules:
    """A Great Expectations context that checks the row rules of one table after the other."""

    def __init__(self) -> None:
        self._context = _context()
        self._source = self._context.data_sources.add_pandas("batch")
        self._prepared: dict[str, tuple[Any, Any]] = {}

    def failures(self, contract: Contract, frame: pd.DataFrame) -> Iterator[tuple[str, list[int]]]:
        """(rule code, positions of the rows that fail it) for every rule of the contract with a failure.

        `frame` holds the typed rows under a range index: positions are its row numbers.
        Raises PipelineError where a rule could not be computed at all: that is our error, never the school's.
        """
        if not contract.rules or frame.empty:
            return
        result = self._validate(contract, frame)
        for entry in result.results:
            code = entry.expectation_config.meta["code"]
            if entry.exception_info and _raised(entry.exception_info):
                raise PipelineError(f"rule {code} could not be computed: {_raised(entry.exception_info)}")
            if not entry.success:
                positions = _positions(entry.result)
                if not positions:
                    raise PipelineError(f"rule {code} failed without naming a row; is its expectation a row rule?")
                yield code, positions

    def _validate(self, contract: Contract, frame: pd.DataFrame) -> Any:
        if contract.name not in self._prepared:
            asset = self._source.add_dataframe_asset(name=contract.name)
            self._prepared[contract.name] = (asset.add_batch_definition_whole_dataframe("whole"), _suite(contract))
        definition, suite = self._prepared[contract.name]
        batch = definition.get_batch(batch_parameters={"dataframe": frame})
        return batch.validate(suite, result_format=_RESULT_FORMAT)


def _suite(contract: Contract) -> Any:
    import great_expectations as gx
    import great_expectations.expectations as gxe

    suite = gx.ExpectationSuite(name=contract.name)
    for rule in contract.rules:
        arguments = dict(rule.arguments)
        if "row_condition" in arguments:
            arguments["condition_parser"] = "pandas"
        suite.add_expectation(getattr(gxe, _class_name(rule.expectation))(**arguments, meta={"code": rule.code}))
    return suite


def _raised(exception_info: dict[str, Any]) -> str:
    """The first exception message, flat or nested under metric ids; empty where nothing was raised."""
    entries = [exception_info] if "raised_exception" in exception_info else list(exception_info.values())
    return next((str(entry["exception_message"]) for entry in entries if entry.get("raised_exception")), "")


def _positions(result: dict[str, Any]) -> list[int]:
    return sorted({int(position) for position in result.get("unexpected_index_list") or ()})
