

def nearest_span(sentence: str, passage: Passage) -> Span:
    """The sentence of a passage that shares most words with another, as a span of the document's text."""
    keys = _keys(sentence)
    spans = split_sentences(passage.text) or [Span(0, len(passage.text))]
    best = max(spans, key=lambda span: len(keys & _keys(passage.text[span.start : span.end])))
    return Span(best.start + passage.span.start, best.end + passage.span.start)
