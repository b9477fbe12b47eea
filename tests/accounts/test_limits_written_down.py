"""What docs/operations.md says of limits is what the code counts by."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from accounts import throttle

TABLE = re.compile(r"^\| [^|]+ \| (\d+) \| (\d+) (minutes|hours) \|$", re.MULTILINE)


def test_every_limit_stands_in_the_operations_document_with_its_number():
    """V6.1.1, V2.1.3. Seen red with: SIGN_IN_EMAIL of 11; a limit of drafts taken out of the document."""
    text = (Path(settings.BASE_DIR) / "docs" / "operations.md").read_text()
    section = text.partition("## How guessing is stopped")[2].partition("\n## ")[0]
    written = [
        (int(most), timedelta(**{unit: int(number)}))
        for most, number, unit in TABLE.findall(section)
    ]
    limits = [one for one in vars(throttle).values() if isinstance(one, throttle.Limit)]
    # What is good once is no limit of tries.
    counted = [(one.most, one.within) for one in limits if one is not throttle.USED_CODE]
    assert sorted(written) == sorted(counted)
    assert len(counted) == 7
