"""A real sentence-transformers model of a few kilobytes: builds with it take a fraction of a second."""

from __future__ import annotations

import string
from pathlib import Path

DIMENSION = 16
LETTERS = string.ascii_lowercase + string.digits + "àâçéèêëîïôûùü"


def write_tiny_encoder(folder: Path, tokens: int = 512) -> Path:
    """Write a BERT of one layer with fixed random weights, whose tokens are letters; gives the folder.

    It reads at most so many tokens.
    """
    import torch
    from sentence_transformers import SentenceTransformer, models
    from tokenizers import Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import WordPiece
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    pieces = [*special, *LETTERS, *(f"##{letter}" for letter in LETTERS)]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    torch.manual_seed(27)
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=DIMENSION,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=DIMENSION,
        max_position_embeddings=512,
    )
    inner = folder / "bert"
    BertModel(config).eval().save_pretrained(inner)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=512
    ).save_pretrained(inner)
    transformer = models.Transformer(str(inner), max_seq_length=tokens)
    SentenceTransformer(modules=[transformer, models.Pooling(DIMENSION)], device="cpu").save(
        str(folder / "model")
    )
    return folder / "model"
