from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path

import pytest
from benchmarks.noise import NEIGHBOURS, NOISES, SLIPS, lower_cased, with_typo, without_accents
from benchmarks.robustness import ALLOWED_FALL, write_noisy
from hypothesis import given
from hypothesis import strategies as st

WORDS = st.text("abcdeéèçôüxyzABCÉ", min_size=1, max_size=12)
QUESTIONS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


def distance(one: str, other: str) -> int:
    """Edit distance in which a swap of two neighbours counts once."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        rows.append([i])
        for j, b in enumerate(other, 1):
            best = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and (a, one[i - 2]) == (other[j - 2], b):
                best = min(best, rows[i - 2][j - 2] + 1)
            rows[i].append(best)
    return rows[-1][-1]


def test_accents_are_stripped_and_nothing_else():
    assert without_accents("Où l’État a-t-il aidé ? Ça, cœur") == "Ou l’Etat a-t-il aide ? Ca, cœur"


def test_decomposed_accents_are_stripped_too():
    assert without_accents(unicodedata.normalize("NFD", "été")) == "ete"


def test_lower_case_keeps_accents():
    assert lower_cased("L’ÉTAT et La Transfo") == "l’état et la transfo"


def test_every_kind_of_slip_on_a_short_word():
    swapped, dropped, doubled, beside = (slip("abca") for slip in SLIPS)
    assert swapped == ["acba", "abac"]
    assert dropped == ["aca", "aba", "abc"]
    assert doubled == ["abbca", "abcca", "abcaa"]
    assert beside == ["avca", "anca", "abxa", "abva", "abcz"]


def test_swapping_equal_letters_is_no_slip():
    assert SLIPS[0]("abb") == []


def test_neighbours_are_those_of_the_french_keyboard():
    assert (NEIGHBOURS["a"], NEIGHBOURS["s"], NEIGHBOURS["m"]) == ("z", "qd", "l")


def test_all_four_kinds_occur():
    results = {with_typo("abcdef", str(number)) for number in range(400)}
    assert results == {word for slip in SLIPS for word in slip("abcdef")}


def test_the_longest_word_is_hit_the_first_of_several():
    noisy = with_typo("Les villes et les ateliers fermés", "q1")
    assert re.fullmatch(r"Les villes et les a\w+ fermés", noisy)
    assert noisy != "Les villes et les ateliers fermés"
    assert with_typo("abc xyz", "q1").endswith(" xyz")


def test_the_seed_decides():
    typos = {with_typo("Qui finance les expérimentations ?", str(seed)) for seed in range(20)}
    assert len(typos) > 5
    assert with_typo("Qui finance ?", "7") == with_typo("Qui finance ?", "7")


@pytest.mark.parametrize("question", ["", "12 + 3 ?", "à y"])
def test_without_a_word_of_two_letters_there_is_no_typo(question: str):
    assert with_typo(question, "q1") == question


@given(QUESTIONS, st.text(max_size=5))
def test_a_typo_is_one_slip_that_leaves_the_first_letter_and_the_other_words(question: str, seed: str):
    noisy, words = with_typo(question, seed), question.split(" ")
    longest = max(map(len, words))
    changed = [(a, b) for a, b in zip(words, noisy.split(" "), strict=True) if a != b]
    assert len(changed) == (longest > 1)
    for before, after in changed:
        assert len(before) == longest
        assert before[0] == after[0]
        assert distance(before, after) == 1


@given(QUESTIONS)
def test_stripping_twice_is_stripping_once(question: str):
    assert without_accents(without_accents(question)) == without_accents(question)


def test_a_noisy_file_changes_only_the_questions(tmp_path: Path):
    rows = [
        {
            "id": 1,
            "type": "fact",
            "question": "Où est l’École ?",
            "evidence": [{"doc": "a", "quote": "à l’École"}],
        },
        {"id": "x", "question": "Été", "evidence": []},
    ]
    clean, noisy = tmp_path / "clean.jsonl", tmp_path / "noisy.jsonl"
    clean.write_text("\n\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    write_noisy(clean, "without accents", noisy)
    found = [json.loads(line) for line in noisy.read_text(encoding="utf-8").splitlines()]
    assert [row["question"] for row in found] == ["Ou est l’Ecole ?", "Ete"]
    assert [{**row, "question": ""} for row in found] == [{**row, "question": ""} for row in rows]


def test_every_noise_has_a_limit():
    assert ALLOWED_FALL.keys() == NOISES.keys()
