from __future__ import annotations

from datetime import date

import pytest

from search27.french.periods import Period, period_of

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Que faisait l'association en 2016 ?", (2016, 2016)),
        ("Quels projets entre 2012 et 2014 ?", (2012, 2014)),
        ("programmes 2014-2012", (2012, 2014)),
        ("Quels labs depuis 2018 ?", (2018, None)),
        ("la participation avant 2015", (None, 2014)),
        ("What happened after 2019?", (2020, None)),
        ("les tiers-lieux avant le Covid", (None, 2019)),
        ("le travail pendant la pandémie", (2020, 2021)),
        ("au sortir du premier confinement", (2020, None)),
        ("l'an dernier", (2025, 2025)),
        ("last year's assembly", (2025, 2025)),
        ("les années 2010", (2010, 2019)),
        ("Combien de villes ?", None),
        ("Un budget de 2500 euros", None),
        ("Horizon 3024", None),
    ],
)
def test_periods(question: str, expected: Period | None) -> None:
    assert period_of(question, TODAY) == expected
