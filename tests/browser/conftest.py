"""Open one Chromium for all tests of a file."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium

from tests.browser.surf import chromium


@pytest.fixture(scope="module")
def opened() -> Iterator[Chromium]:
    with chromium() as browser:
        yield browser
