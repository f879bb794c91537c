"""What staff change in the corpus by hand: files added, taken out and put back, facts corrected."""

from search27.curation.correction import Facts, correct
from search27.curation.deposit import Offer, accept, examine
from search27.curation.trash import Discarded, discard, discarded, restore

__all__ = ["Discarded", "Facts", "Offer", "accept", "correct", "discard", "discarded", "examine", "restore"]
