import pytest

from search27.answer.dates import DateMention
from search27.answer.quantities import Quantity, merged, read


def quantity(value: float, unit: str = "") -> Quantity:
    return Quantity(frozenset([float(value)]), unit)


@pytest.mark.parametrize(
    "text",
    [
        "7 400 €",
        "7400 euros",
        "7\u202f400,00 €",
        "7,4 k€",
        "sept mille quatre cents euros",
        "€7400",
        "7.400 €",
    ],
)
def test_an_amount_is_the_same_however_it_is_written(text: str) -> None:
    assert read(text).quantities == (quantity(7400, "€"),)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("une cinquantaine de personnes", 50),
        ("une douzaine", 12),
        ("vingt et un", 21),
        ("quatre-vingt-dix-sept", 97),
        ("deux mille trois cents", 2300),
        ("twenty-five", 25),
        ("230 000 participants", 230_000),
        ("3,5 millions d’habitants", 3_500_000),
        ("deux centaines", 200),
        ("3 dizaines", 30),
        ("deux milliers", 2000),
    ],
)
def test_numbers_in_words_are_read_as_digits(text: str, value: float) -> None:
    assert read(text).quantities == (quantity(value),)


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("30 %", "%", 30),
        ("30 pour cent", "%", 30),
        ("la moitié", "%", 50),
        ("27e Région", "ordinal", 27),
        ("le XIXe siècle", "ordinal", 19),
        ("the third edition", "ordinal", 3),
        ("un tiers des agents", "%", 33),
        ("Les deux tiers.", "%", 67),
        ("2/3 des agents", "%", 67),
        ("un quart d’heure", "%", 25),
        ("les trois quarts", "%", 75),
        ("des dizaines d’agents", "plural", 10),
        ("plusieurs centaines d’agents", "plural", 100),
        ("des milliers d’euros", "plural", 1000),
        ("-5 000 €", "€", -5000),
        ("soit −5 000 €", "€", -5000),
        ("(-3 %)", "%", -3),
        ("article-12", "", 12),
    ],
)
def test_units_and_ordinals(text: str, unit: str, value: float) -> None:
    assert read(text).quantities == (quantity(value, unit),)


@pytest.mark.parametrize("text", ["un tiers-lieu", "un tiers de confiance", "2019-2020"])
def test_what_only_looks_like_a_quantity(text: str) -> None:
    assert read(text).quantities == ()


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("5 à 50 %", [quantity(5, "%"), quantity(50, "%")]),
        ("entre 2 000 et 3 000 euros", [quantity(2000, "€"), quantity(3000, "€")]),
        ("12-15 agents", [quantity(12), quantity(15)]),
        ("12 -15 agents", [quantity(12), quantity(15)]),
    ],
)
def test_a_range_has_one_unit_and_no_minus(text: str, quantities: list[Quantity]) -> None:
    assert list(read(text).quantities) == quantities


def test_a_comma_before_three_digits_reads_both_ways() -> None:
    assert read("25,000 people").quantities == (Quantity(frozenset([25.0, 25_000.0])),)


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("le 4 décembre 2025", [(4, 12, 2025)]),
        ("December 4, 2025", [(4, 12, 2025)]),
        ("4th of December 2025", [(4, 12, 2025)]),
        ("2025-12-04", [(4, 12, 2025)]),
        ("04/12/2025", [(4, 12, 2025)]),
        ("du 27 au 29 octobre", [(27, 10, None), (29, 10, None)]),
        ("le 1er octobre", [(1, 10, None)]),
        ("en mars 2021", [(None, 3, 2021)]),
        ("de 2008 à 2011", [(None, None, 2008), (None, None, 2011)]),
        ("It may march on", []),
    ],
)
def test_dates(text: str, dates: list[tuple[int | None, int | None, int | None]]) -> None:
    assert read(text).dates == tuple(DateMention(*date) for date in dates)


@pytest.mark.parametrize(
    ("claim", "evidence", "supported"),
    [
        ("le 4 décembre", "le 4 décembre 2025", True),
        ("en décembre 2025", "le 4 décembre 2025", True),
        ("le 4 décembre 2025", "le 4 décembre, en 2025", True),
        ("le 4 décembre 2024", "le 4 décembre 2025", False),
        ("le 5 décembre", "le 4 décembre 2025", False),
        ("en 2024", "en 2025", False),
        ("le 14 octobre", "en octobre, Bruxelles, le 14", True),
    ],
)
def test_what_supports_a_date(claim: str, evidence: str, supported: bool) -> None:
    (date,) = read(claim).dates
    assert read(evidence).supports_date(date) is supported


@pytest.mark.parametrize(
    ("claim", "evidence", "supported"),
    [
        ("7 400 €", "| 7 400 |", True),
        ("7 400 €", "Ville | 7 400\nRégion | 40", True),
        ("7 400 €", "Ville | 40\nen tout 7 400 agents", False),
        ("12 %", "Douze agents", False),
        ("12 €", "12 agents", False),
        ("27 agents", "La 27e Région", False),
        ("78e place", "place 78", True),
        ("7 400", "7 400 €", True),
        ("un tiers des agents", "un quart des agents", False),
        ("la moitié", "50 %", True),
        ("des dizaines d’agents", "des milliers d’agents", False),
        ("des dizaines d’agents", "dix agents", False),
        ("-5 000 €", "5 000 €", False),
        ("5 000 €", "−5 000 €", False),
        ("7 400 €", "7 400 %", False),
        ("7 400 €", "7 500 €", False),
        ("une cinquantaine", "50 personnes", True),
    ],
)
def test_what_supports_a_quantity(claim: str, evidence: str, supported: bool) -> None:
    (quantity_read,) = read(claim).quantities
    assert read(evidence).supports_quantity(quantity_read) is supported


def test_texts_read_together_keep_each_value_once() -> None:
    assert merged([read("50 personnes en 2024"), read("50 agents en 2025")]) == read(
        "50 personnes en 2024, 2025"
    )
