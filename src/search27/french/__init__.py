"""French (and some English): sentences, words for search, language of a text."""

from search27.french.analysis import analyse, analyse_spans, analysis_version
from search27.french.language import language_of
from search27.french.sentences import split_sentences

__all__ = ["analyse", "analyse_spans", "analysis_version", "language_of", "split_sentences"]
