"""How texts are set: what belongs together stays on one line."""

from __future__ import annotations

import re

import pytest

from contract.locale_formats import LANGUAGES, UNIT_SPACE
from contract.messages import MESSAGES_DIR


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_breaks_between_a_number_and_its_percent_sign(language: str) -> None:
    text = (MESSAGES_DIR / f"{language}.yaml").read_text(encoding="utf-8")
    before = set(re.findall(r"\d([^\d%]?)%", text))
    assert before == ({""} if language == "en" else {UNIT_SPACE})
