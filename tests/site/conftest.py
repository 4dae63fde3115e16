"""One browser that runs scripts, and one that does not, for all tests of a process."""

from collections.abc import Iterator

import pytest

from makers.browser import Browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a browser."""
    one = Browser()
    yield one
    one.quit()


@pytest.fixture(scope="session")
def scriptless() -> Iterator[Browser]:
    """Give a browser that runs no script."""
    one = Browser(script=False)
    yield one
    one.quit()
