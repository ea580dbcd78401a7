"""Keep iMatchSkills in step with I-Trac."""

import os

# Deciding about a million rows frees and takes gigabytes many times over. The allocator of polars gives freed pages
# back at once by default; keeping them for some seconds saves a tenth of the time (`make bench`), within 3 GiB.
os.environ.setdefault("_RJEM_MALLOC_CONF", "narenas:2,dirty_decay_ms:5000,muzzy_decay_ms:5000")
