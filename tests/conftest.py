"""Fixtures that every test may use."""

import pytest
from hypothesis import HealthCheck, settings

from tests.cast import Cast, make_cast

# A property is not about time: a machine that does other work is no reason to fail.
settings.register_profile("abxsite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("abxsite")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()
