"""What there is to index: files of the corpus folder."""
