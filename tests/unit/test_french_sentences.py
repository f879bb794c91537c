"""Sentence splitting: each case is written with `|` where one sentence ends and the next starts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search27.french import split_sentences

CASES = {
    "plain": "Le labo ouvre ses portes. | Chacun vient avec une idée. | On en parle.",
    "question and exclamation": "Qui décide ? | Tout le monde ! | Vraiment ?! | Oui.",
    "no blank before the mark": "Qui décide? | Personne! | Bon.",
    "lower case goes on": "Eh bien ! dit la maire, on essaie. | Elle sourit.",
    "semicolon and colon do not split": "Trois temps : observer ; imaginer ; tester. | Puis recommencer.",
    "ellipsis character": "On verra… | Le jury se réunit demain.",
    "ellipsis of dots": "On verra... | Le jury se réunit demain.",
    "ellipsis inside a sentence": "On verra… peut-être demain. | Rien ne presse.",
    "cut in a quotation": "Le projet […] Paris avance. | Fin.",
    "cut in dots": "Le projet [...] Nantes avance. | Fin.",
    "cut between sentences": "Le projet avance. | […] Le bilan suit.",
    "monsieur": "Selon M. Bernard, tout va bien. | Le reste suit.",
    "madame with a dot": "Nous remercions Mme. Petit et MM. Roux et Blanc. | Bravo.",
    "doctor": "Le Dr. Morin et le Pr. Faure publient. | Leur étude est courte.",
    "article": "Voir l'art. 12 du règlement. | Il est clair.",
    "article elided": "L'art. L. 2121 s'applique. | Il est clair.",
    "pages": "Lire pp. 12-14 et p. 30. | Le tableau y figure.",
    "page in brackets": "Le tableau le montre (p. 8). | Il date de mars.",
    "confer": "Le guide (cf. Annexe 2) est en ligne. | Il est libre.",
    "for example": "Une ville, p. ex. Lorient, suffit. | Elle accueille le test.",
    "volume and number": "La revue, vol. 4, n° 2, paraît. | Elle est gratuite.",
    "environ": "Le site reçoit env. 300 visites. | Il est récent.",
    "maximum before a number": "Une salle de max. 20 places. | Elle est claire.",
    "maximum at the end": "Vingt places au max. | La salle est claire.",
    "etc. at the end": "Des plans, des maquettes, etc. | Le public les commente.",
    "etc. inside": "Des plans, maquettes, etc. sont exposés. | Venez.",
    "director of a book": "Sous la dir. Anne Leroy (éd. Du Quai). | Le livre est court.",
    "telephone": "Tél. 01 02 03 04 05. | Demander l'accueil.",
    "century before": "Bâti en 30 av. J.-C. par un consul. | Il tient debout.",
    "century before at the end": "Bâti en 30 av. J.-C. | Le pont tient debout.",
    "initial": "Le rapport de J. Martin est paru. | Il est bref.",
    "compound initial": "Selon J.-P. Noël et A. B. Roy, c'est utile. | Soit.",
    "initial and particle": "Le texte de J. Le Floch est paru. | Il est bref.",
    "letter at the end": "L'équipe a un plan B. | Il servira.",
    "letter then elision": "L'équipe a un plan B. | L'adjoint l'approuve.",
    "saint": "La place St. Michel est vide. | Il pleut.",
    "decimal and thousands": "Le budget est de 7 400,50 €. | Il a doublé en 1.2 an.",
    "version": "La version 2.0 sort. | La 2.1 suivra.",
    "date": "Rendez-vous le 04.12 à midi. | Ou le 05.12.2024. | Au choix.",
    "month": "Atelier du 3 nov. 2021 à Brest. | Entrée libre.",
    "year at the end": "Le programme naît en 2012. | Il dure trois ans.",
    "number starts": "Les maires étaient là. | 12 agents aussi.",
    "list number": "1. Observer le terrain. | 2. Imaginer la suite.",
    "number sign": "#3. Observer le terrain. | Ensuite, agir.",
    "roman number": "II. Le terrain. | Ensuite, agir.",
    "url": "Voir www.exemple.fr/a.b?c=d pour la suite. | C'est gratuit.",
    "url at the end": "Tout est sur https://exemple.fr. | C'est gratuit.",
    "email": "Écrire à jean.petit@exemple.fr. | Réponse sous un jour.",
    "inclusive dots": "Les agent.e.s et les élu.es votent. | Puis ils et elles partent.",
    "inclusive dot at the end": "Merci aux agent.e.s. | Le reste suit.",
    "inclusive singular at the end": "Merci à chaque chargé.e. | Le reste suit.",
    "middle dot": "Merci aux habitant·e·s. | Le reste suit.",
    "guillemets stay": "« On essaie. » | La maire hésite.",
    "guillemets with question": "« Pourquoi ? » | La question revient.",
    "guillemets go on": "« Pourquoi ? » demande-t-elle. | Personne ne répond.",
    "sentences inside guillemets": "« On essaie. | On verra. » | La maire hésite.",
    "full stop after guillemets": "Elle dit « oui ». | Il dit « non ».",
    "guillemet mistyped at the end": "« On essaie. « | Le conseil approuve. | Il vote.",
    "guillemet mistyped inside": "Le mot « commun « revient. | Il plaît. | On le garde.",
    "guillemet never closed": "« On essaie encore. | Le conseil approuve. | Il vote.",
    "next quotation opens": "Il part. | « Enfin », dit-elle. | Fin.",
    "straight quotes": 'Elle dit "on essaie." | Le conseil approuve.',
    "curly quotes": "Elle dit “on essaie.” | Le conseil approuve.",
    "bracketed sentence": "Le conseil vote. | (Il était temps.) | La suite est connue.",
    "bracket in lower case": "Le conseil vote. (voir plus bas.) | La suite est connue.",
    "note call": "Le conseil vote.[2] | La suite est connue. [3] | Fin.",
    "note call in brackets": "Le conseil vote.(2) | La suite est connue.",
    "note call raised": "Le conseil vote.² | La suite est connue.",
    "note call before the stop": "Le conseil vote [2]. | La suite est connue.",
    "dash of a dialogue": "— On y va ? | — Oui. | — Enfin !",
    "missing blank, not certain": "Tout est concret.on verra bien. | Fin.",
    "missing blank in an address": "Voir www.Exemple.Fr pour cela. | Fin.",
    "single line end is a blank": "Une phrase qui\ncontinue. | Une autre.",
    "blank line": "Titre sans point\n\n| Une phrase",
    "bullets": "Il faut :\n| - du temps\n| - de l'argent. | Et des gens",
    "numbered lines": "Il faut :\n| 1) du temps\n| 2) de l'argent",
    "capital accent": "C'est fini. | À demain. | Écrivez-nous.",
    "acronym at the end": "Il travaille au CNFPT. | Elle aussi.",
    "english": "We met Dr. Smith and Mr. Jones. | They said no. | Why? | Nobody knows.",
    "english initials": "The U.S. Army left at 5 p.m. | The war was over.",
    "english abbreviations": "Tools, e.g. Maps, i.e. drawings, vs. words. | Fine.",
    "english citation": "Green et al. (2012) agree. | Others do not.",
}


def sentences(text: str) -> list[str]:
    return [text[span.start : span.end] for span in split_sentences(text)]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_french_and_english_cases(case: str) -> None:
    expected = [part.strip() for part in case.split("|")]
    assert sentences(case.replace("| ", "") if "\n" in case else case.replace(" | ", " ")) == expected


def test_missing_blank_is_split_without_blank() -> None:
    assert sentences("Tout est concret.Les agents approuvent.") == [
        "Tout est concret.",
        "Les agents approuvent.",
    ]


def test_offsets_are_those_of_the_text() -> None:
    spans = split_sentences("  Oui.  Non.\n")
    assert [(span.start, span.end) for span in spans] == [(2, 6), (8, 12)]


@pytest.mark.parametrize("text", ["", " ", "\n\n \n"])
def test_blank_text_has_no_sentence(text: str) -> None:
    assert split_sentences(text) == []


PIECES = (
    "Le la M. etc. p. J. « » oui. non ? fin ! … ( ) 2012. 3. agent.e.s - [1] L' élu www.a.fr \" B.Le bon.Le À"
)
FRENCH_LIKE = st.lists(st.sampled_from([*PIECES.split(), "\n", "\n\n"])).map(" ".join)


@given(st.one_of(st.text(), FRENCH_LIKE))
def test_spans_are_ordered_stripped_and_cover_everything(text: str) -> None:
    spans = split_sentences(text)
    place = 0
    for span in spans:
        assert not text[place : span.start].strip()
        assert span.start < span.end
        assert text[span.start : span.end] == text[span.start : span.end].strip()
        place = span.end
    assert not text[place:].strip()


@given(FRENCH_LIKE.filter(lambda text: "«" not in text))
def test_a_sentence_is_not_split_again(text: str) -> None:
    for sentence in sentences(text):
        assert sentences(sentence) == [sentence]
