from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.domain.errors import InvalidInput, NotTheKeeper, Refusal


@contextmanager
def opened() -> Iterator[None]:
    yield


@pytest.mark.parametrize("refusal", [InvalidInput("times", "No."), NotTheKeeper("Anna")])
def test_a_refusal_passes_through_a_context_manager(refusal: Refusal) -> None:
    with pytest.raises(type(refusal)), opened():
        raise refusal
