"""Function words of French and English, and folding: the form in which words are compared."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

CACHED_WORDS = 65_536

_FRENCH = """
a afin ai aie ainsi alors apres as assez au aucun aucune auquel aura aurait auraient aussi autre autres aux
auxquelles auxquels avaient avait avant avec avez avoir avons ayant beaucoup bien c ca car ce ceci cela celle
celles celui cependant certaines certains ces cet cette ceux chacun chacune chaque chez ci combien comme
comment contre d dans de depuis des deux dire dit doit doivent donc dont du duquel elle elles en encore
enfin entre es est et etaient etait etant etc etre eu eux faire fait faut font furent fut grace hors ici il
ils j je jusque l la laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui m ma mais malgre
me meme memes mes moi moins mon n ne ni non nos notre nous on ont ou par parce parmi pas pendant peu peut
peuvent plus plusieurs plutot pour pourquoi pourtant pouvait presque puis puisque qu quand quant que quel
quelle quelles quelqu quelque quelques quels qui quoi s sa sans sauf se selon sera seraient serait ses
seulement si sinon soi soient soit sommes son sont sous souvent suis sur t ta tandis te telle telles tels
tes toi ton tous tout toute toutefois toutes tres trop tu un une vers via voici voila vos votre vous y
"""
_ENGLISH = """
a about after all also an and any are as at be because been before being between both but by can could did
do does doing done during each for from had has have having he her him his how i if in into is it its just
made make many may might more most much must my no nor not of off on once only or other our out over own
same shall she should since so some such than that the their them then there these they this those through
to under until up upon very was we were what when where whether which while who whom whose why will with
within without would you your
"""

FRENCH_WORDS = frozenset(_FRENCH.split())
ENGLISH_WORDS = frozenset(_ENGLISH.split())
FUNCTION_WORDS = FRENCH_WORDS | ENGLISH_WORDS
"""Folded."""

_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})


@lru_cache(maxsize=CACHED_WORDS)
def fold(word: str) -> str:
    """The word's letters and digits only, in lower case, without accents or ligatures."""
    plain = unicodedata.normalize("NFKD", word.casefold().translate(_LIGATURES))
    return "".join(character for character in plain if character.isalnum())
