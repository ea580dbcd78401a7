"""Settle lines that look like an entry in iMatchSkills: a person says same or different."""

import polars as pl


def settle_look_alikes(pairs: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Say of each line that looks like an entry whether it is that entry or may be it.

    pairs   `line_id` and `entry_id`, lines by (customer, date, line_id), the entries of each by (date, entry_id)
    same    the staff's answers, `same` or `different`, by line_id
    Returns for each line with a pair `same_as` (the entry it is) and `possibly` (a person must look).
    An entry stands for one line only, the first that answers `same`; a claim counts for later lines alone.
    """
    told = dict(same.filter(pl.col("line_id").is_in(pairs["line_id"].implode())).iter_rows())
    claimed: set[str] = set()
    settled: list[tuple[str, str | None, bool]] = []
    grouped = pairs.group_by("line_id", maintain_order=True).agg("entry_id")
    for line_id, entry_ids in grouped.iter_rows():
        free = [entry_id for entry_id in entry_ids if entry_id not in claimed]
        answer = told.get(line_id)
        if answer == "same" and free:
            claimed.add(free[0])
            settled.append((line_id, free[0], False))
        else:
            settled.append((line_id, None, answer == "same" or bool(free and answer is None)))
    schema = {"line_id": pl.String, "same_as": pl.String, "possibly": pl.Boolean}
    return pl.DataFrame(settled, schema=schema, orient="row")
