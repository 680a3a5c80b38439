"""A plugin for pytest: pysqlite3 is not there, as on machines for which it has no wheel.

python -m pytest -p tests.without_pysqlite3 tests/store
"""

import sys

sys.modules["pysqlite3"] = None  # type: ignore[assignment]  # which is how Python is told that there is no such module
