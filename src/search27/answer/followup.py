"""A question that leans on the last one, made to stand on its own by carrying what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from search27.answer.asked import asked_for
from search27.answer.dates import MONTH
from search27.french import analyse
from search27.french.words import FUNCTION_WORDS, fold
from search27.types import Answer

MAX_QUESTION = 500
"""Characters from which a question is taken to stand on its own."""
MAX_TERMS = 4

_LEAD = re.compile(
    r"^\s*(?:et\s+(?:sinon\s+)?|and\s+|mais\s+|but\s+|donc\s+|so\s+|alors\s+)+(?:what\s+about\s+|how\s+about\s+)?"
    r"|^\s*(?:what|how)\s+about\s+|^\s*qu['’]en\s+est[- ]il\s+(?=[dp])",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:cela|ça|ceci|celui-ci|celle-ci|ceux-ci|celles-ci|(?:ce|cet|cette|ces) (?:programme|projet|test|outil|lieu|"
    r"enquête|partenariat|événement|journée|démarche|association|expérimentation|réunion|expérience|somme|montant|"
    r"soutien)s?|this|that|these|those)\b"
    r"|\by (?:a-t|avait|participe|était|sont|ont)\b|\b(?:s['’]|t['’]|n['’]|l['’])?en (?:est|a|sont|font) ",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?:ils?|elles?|it|they|them|he|she)\b|\b(?P<owner>leurs?|son|sa|ses|its|their|his|her)\b",
    re.IGNORECASE,
)
"""May stand for something named before it in the same question."""
_ANTECEDENT = re.compile(
    r"\b(?:le|la|les|un|une|des|du|au|aux|the|an?) \w{3,}|\b[ld]['’]\w{3,}", re.IGNORECASE
)
_EXPLETIVE = re.compile(
    r"\b(?:y a-t-il|il y a|il faut|faut-il|s['’]agit-il|se passe-t-il|est-il (?:possible|prévu|vrai)|existe-t-il|"
    r"what is it that|is it|is there|are there|that (?=\w))\b",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"[A-ZÀ-Ý][\w’'-]*(?: (?:(?:de |du |des |d['’]|la |le |et )*)[A-ZÀ-Ý][\w’'-]*)*|\b\d+e [A-ZÀ-Ý]\w+"
)
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_PERIOD = re.compile(
    r"(?:\b(?:en|depuis|avant|après|entre|de|in|since|before|after|between|from) )?"
    rf"(?P<years>(?:\b{MONTH} )?\b(?:19|20)\d\d\b(?: ?(?:et|à|-|–|and|to) ?(?:19|20)\d\d\b)?)",
    re.IGNORECASE,
)
"""Years with what stands before them: `en 2024`, `depuis mars 2020`, `entre 2020 et 2022`."""
_PLACE = re.compile(
    r"\b(?i:à|au|aux|en|dans|chez|pour|avec|in|at|for|with) (?:la |le |les |l['’]|the )?(?:[A-ZÀ-Ý][\w’'-]*)"
    r"(?: (?:de |du |d['’])?[A-ZÀ-Ý][\w’'-]*)*"
)
_ARTICLE = re.compile(r"^(?:l['’]|la |le |les |the )", re.IGNORECASE)
_COMMON = re.compile(r"\s*(?:(?:[Ll]a|[Ll]es?|[Uu]ne?|[Dd]es|[Tt]he) |[Ll]['’])(?=[^\W\d_])(?![A-ZÀ-Ý])")
"""Opens with an article and a common noun."""
_ARTICLE_BEFORE = re.compile(r"(?:\b(?:la|le|les|the) |\bl['’])$", re.IGNORECASE)
_OBJECT = re.compile(r"^\s*qui (?:la |le |les |l['’])(?:a |ont )?\w+\s*\?", re.IGNORECASE)
_SMALL = re.compile(
    r"\s*(?i:en|in|pour|for|depuis|since|avant|before|après|after|entre|between|à|au|aux|dans|chez|at|avec|with) "
    r"(?=(?:la |le |les |l['’])?[A-ZÀ-Ý\d])"
)
"""Opens a complement with a name or year."""
_ALONE = re.compile(r"comment|how|(?:quel(?:le)?s?|which|what) [^\W\d_]{3,}", re.IGNORECASE)
_ASKING = frozenset(
    analyse(
        "budget nombre date année prix coût montant raison exemple question réponse savoir existe parle désigne "
        "ville pays région territoire lieu endroit personne"
    )
)


def resolve(question: str, history: Sequence[Answer]) -> str:
    """Complete a follow-up question from the conversation; unchanged where it stands on its own.

    Args:
        question: What the user just typed.
        history: Earlier answers, oldest first; their questions may be follow-ups themselves.
    """
    topic = ""
    for answer in history:
        topic = _complete(answer.question, topic)
    return _complete(question, topic)


def _complete(question: str, topic: str) -> str:
    if not topic.strip() or not question.strip() or len(question) > MAX_QUESTION:
        return question
    lead = _LEAD.match(question)
    rest = question[lead.end() :] if lead else question
    if lead and _COMMON.match(rest):
        return _with_terms(question, topic)
    if _is_fragment(rest, lead is not None):
        return _with_fragment(topic, _bare(rest))
    if _is_bare(rest) and (year := _YEAR.search(rest)):
        return _with_fragment(topic, year[0])
    if _points_back(question) or _is_bare(rest) or (lead and not _names(rest)):
        return _with_terms(question, topic)
    return question


def _bare(text: str) -> str:
    return text.strip().rstrip("?!. \u00a0\u202f").strip()


def _is_fragment(rest: str, led: bool) -> bool:
    """Whether a question is only a complement (`en 2024`, `à Rennes`, `Lyon`) or a bare question word."""
    words = re.findall(r"[^\W_]+", _bare(rest))
    if not words or _points_back(rest):
        return False
    content = [word for word in words if fold(word) not in FUNCTION_WORDS]
    asks = asked_for(rest) != "other" or re.search(
        r"\b(?:est|sont|a|ont|is|are|was|did|does)\b", rest.lower()
    )
    if not asks:
        starts_small = _SMALL.match(rest) is not None
        return len(content) <= 4 and (led or starts_small or bool(_YEAR.fullmatch(_bare(rest))))
    return False


def _is_bare(question: str) -> bool:
    """Whether only a question word is left: `Pourquoi ?`, `Depuis quand ?`, `Quels partenaires ?`."""
    return _ALONE.fullmatch(_bare(question)) is not None or (
        len(question.split()) <= 4
        and _ASKING.issuperset(analyse(_YEAR.sub(" ", question)))
        and asked_for(question) != "other"
    )


def _points_back(question: str) -> bool:
    """Whether a pronoun has nothing before it in the question that it could stand for."""
    plain = _EXPLETIVE.sub(" ", question)
    points = _POINTS_BACK.search(plain) or _OBJECT.match(question) or _has_lone_pronoun(plain)
    return bool(points) and not _names(question)


def _has_lone_pronoun(question: str) -> bool:
    """Whether a pronoun comes before anything in the question that it could stand for."""
    pronoun = _PRONOUN.search(question)
    if pronoun is None:
        return False
    before = question[: pronoun.start()]
    nouns = [word for word in re.findall(r"[^\W\d_]{3,}", before) if fold(word) not in FUNCTION_WORDS]
    return not (_ANTECEDENT.search(before) or (pronoun["owner"] and nouns))


def _names(text: str) -> list[str]:
    """Names of a question: capitals other than the one that opens it with a function or question word."""
    found = []
    for match in _PHRASE.finditer(text):
        words = match[0].split()
        while words and fold(re.sub(r"^\w{1,2}['’]", "", words[0])) in FUNCTION_WORDS | {"la", "combien"}:
            if len(words) > 1 and words[0] == "La" and match.start():
                break
            words.pop(0)
        name = re.sub(r"^(?:[LlDd]|[Qq]u)['’]", "", " ".join(words))
        is_opening = match.start() == 0 and match[0] == name
        if len(name) > 1 and not name[0].islower() and not is_opening:
            found.append(name)
    return found


def _with_fragment(topic: str, fragment: str) -> str:
    """The last question with its year or place exchanged for the new one, or the new complement added."""
    if _SMALL.match(fragment):
        fragment = fragment[0].lower() + fragment[1:]
    changed, rest, is_changed = topic, fragment, False
    for pattern in (_PERIOD, _PLACE):
        new, old = pattern.search(rest), list(pattern.finditer(changed))
        if new and old:
            last = old[-1]
            start = last.start("years") if pattern is _PERIOD and new[0] == new["years"] else last.start()
            changed = changed[:start] + new[0] + changed[last.end() :]
            rest, is_changed = _bare(rest[: new.start()] + rest[new.end() :]), True
    if is_changed:
        return f"{_bare(changed)}, {rest} ?" if rest else changed
    known = _names(topic)
    new_names = _names(f"… {fragment}")
    if known and new_names and new_names[0] in (fragment, _ARTICLE.sub("", fragment)):
        start = topic.rindex(known[-1])
        return _ARTICLE_BEFORE.sub("", topic[:start]) + fragment + topic[start + len(known[-1]) :]
    return f"{_bare(topic)}, {fragment} ?"


def _with_terms(question: str, topic: str) -> str:
    """The question with the names of the last one in brackets, or its telling words where it has no names."""
    present = set(analyse(question))
    terms = list(dict.fromkeys((*_names(topic), *_YEAR.findall(topic))))
    if not _names(topic):
        words = [word for word in re.findall(r"[^\W_]{3,}", topic) if fold(word) not in FUNCTION_WORDS]
        terms = [word for word in words if not _ASKING.issuperset(analyse(word))] + _YEAR.findall(topic)
    fresh = [term for term in dict.fromkeys(terms) if not present.issuperset(analyse(term))][:MAX_TERMS]
    return f"{_bare(question)} ({', '.join(fresh)}) ?" if fresh else question
