"""A column by its distinct texts: each is read once, and its value put wherever the text stands."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True)
class Column:
    """Distinct texts, the value that each was read as (NULL for none yet), and the place of each row's among them.

    `middles` stand beside the texts where what they say rests on the month: the middle of that of the submission.
    """

    texts: pa.Array
    values: pa.Array
    places: pa.Array
    middles: pa.Array | None = None

    @property
    def rows(self) -> pa.Array:
        """The value of each row; texts stay encoded."""
        return (
            _standing(self.places, self.values)
            if pa.types.is_string(self.values.type)
            else self.values.take(self.places)
        )

    @property
    def labels(self) -> pa.DictionaryArray:
        """The text of each row, encoded."""
        return _standing(self.places, self.texts)

    def unread(self) -> pa.Array:
        """Places of the texts that have no value."""
        return pc.indices_nonzero(pc.and_(pc.is_valid(self.texts), pc.is_null(self.values)))

    def by_month(self, middles: pa.DictionaryArray) -> Column:
        """The column with each text once a month; `middles` has a row's."""
        count = pa.scalar(len(middles.dictionary), pa.int64())
        pairs = pc.add(pc.multiply(self.places.cast(pa.int64()), count), middles.indices.cast(pa.int64()))
        pairs = pairs.dictionary_encode()
        texts = pc.divide(pairs.dictionary, count)
        months = pc.subtract(pairs.dictionary, pc.multiply(texts, count))
        return Column(self.texts.take(texts), self.values.take(texts), pairs.indices, middles.dictionary.take(months))

    def with_values(self, places: pa.Array, values: pa.Array) -> Column:
        """The column with these values at these places, which rise; a NULL among them leaves what is there."""
        return replace(self, values=put(self.values, places, values))

    def cells(self, places: pa.Array) -> tuple[pa.Array, pa.Array]:
        """(row, index into `places`) of every cell whose text is among them."""
        found = pc.index_in(self.places, value_set=places.cast(self.places.type))
        rows = pc.indices_nonzero(pc.is_valid(found))
        return rows, found.take(rows)


def _standing(places: pa.Array, texts: pa.Array) -> pa.DictionaryArray:
    """The texts at these places. A NULL among the texts is one of the places: Arrow looks for it nowhere else."""
    if texts.null_count:
        places = pc.if_else(pc.is_null(texts).take(places), pa.scalar(None, places.type), places)
    return pa.DictionaryArray.from_arrays(places, texts)


def encoded(texts: pa.ChunkedArray) -> pa.DictionaryArray:
    """The texts, each distinct one once."""
    if pa.types.is_dictionary(texts.type):
        return texts.unify_dictionaries().combine_chunks()
    return texts.combine_chunks().dictionary_encode()


def decoded(texts: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The texts one by one."""
    return texts.cast(pa.string()) if pa.types.is_dictionary(texts.type) else texts


def encoded_table(table: pa.Table) -> pa.Table:
    """The table with every column of texts encoded: a fraction of the memory."""
    columns = (encoded(one) if pa.types.is_string(one.type) else one for one in table.columns)
    return pa.table(dict(zip(table.column_names, columns, strict=True)))


def decoded_table(table: pa.Table) -> pa.Table:
    """The table with its texts one by one, as it is written to disk."""
    return pa.table(dict(zip(table.column_names, map(decoded, table.columns), strict=True)))


def put(column: pa.Array, places: pa.Array, values: pa.Array) -> pa.Array:
    """The column with these values at these places, which rise; a NULL among them leaves what is there."""
    is_known = pc.is_valid(values)
    is_put = pc.is_in(pa.array(range(len(column)), pa.int64()), value_set=places.filter(is_known).cast(pa.int64()))
    return pc.replace_with_mask(column, is_put, values.filter(is_known).cast(column.type))
