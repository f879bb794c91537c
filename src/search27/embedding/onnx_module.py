"""The first module of a `SentenceTransformer` whose layers run in ONNX Runtime."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from sentence_transformers.base.modules.input_module import InputModule

from search27.embedding.session import MAX_TOKENS, TokenSession, padded


class OnnxTransformer(InputModule):
    """Stands where sentence-transformers has its own `Transformer`: texts to `token_embeddings`."""

    max_seq_length = MAX_TOKENS

    def __init__(self, session: TokenSession) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._session = session

    def preprocess(self, inputs: Sequence[Any], prompt: str | None = None, **kwargs: Any) -> dict[str, Any]:
        """Tokenise texts into one padded batch."""
        ids, mask = padded(self._session.tokenise([(prompt or "") + text for text in inputs]))
        return {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}

    def forward(self, features: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Add `token_embeddings`: float32, (texts, tokens, dim)."""
        vectors = self._session.token_vectors(
            features["input_ids"].numpy(), features["attention_mask"].numpy()
        )
        features["token_embeddings"] = torch.from_numpy(vectors)
        return features

    def save(self, output_path: str, *args: Any, **kwargs: Any) -> None:
        """Refuse: what is exported can be made again from the converted model.

        Raises:
            ValueError: Always.
        """
        raise ValueError("Save the converted model instead of the exported one.")
