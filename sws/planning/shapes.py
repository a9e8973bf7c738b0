"""The shape of a language model: from its folder, for the paper's models, or from its size."""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sws.planning.models import billions


@dataclass(frozen=True)
class Shape:
    """What the memory of a dense decoder follows from; sizes in numbers of values."""

    layers: int
    hidden: int
    feed_forward: int  # of a gated layer: three matrices
    heads: int  # times head_size: the width of the queries
    key_heads: int  # times head_size: the width of keys and of values
    head_size: int
    vocabulary: int
    tied: bool = False  # one matrix for the embeddings and for the head

    @property
    def layer(self) -> int:
        """Parameters of one decoder layer, without its norms."""
        attention = 2 * self.hidden * (self.heads + self.key_heads) * self.head_size
        return attention + 3 * self.hidden * self.feed_forward

    @property
    def embedding(self) -> int:
        """Parameters of the embeddings, and of the head."""
        return self.vocabulary * self.hidden

    @property
    def parameters(self) -> int:
        """All parameters, without norms and biases (less than 0.1 %)."""
        return self.layers * self.layer + self.embedding * (1 if self.tied else 2)

    @property
    def linear_sides(self) -> int:
        """Rows and columns of all linear layers: parameters of LoRA for each of its ranks."""
        query, keys = self.heads * self.head_size, self.key_heads * self.head_size
        attention = 2 * (self.hidden + query) + 2 * (self.hidden + keys)
        return self.layers * (attention + 3 * (self.hidden + self.feed_forward))


#: As their config.json says.
KNOWN = {
    "Qwen2.5-0.5B": Shape(24, 896, 4864, 14, 2, 64, 151_936, tied=True),
    "Qwen2.5-1.5B": Shape(28, 1536, 8960, 12, 2, 128, 151_936, tied=True),
    "Qwen2.5-3B": Shape(36, 2048, 11_008, 16, 2, 128, 151_936, tied=True),
    "Qwen2.5-7B": Shape(28, 3584, 18_944, 28, 4, 128, 152_064),
    "Qwen2.5-Math-7B": Shape(28, 3584, 18_944, 28, 4, 128, 152_064),
    "Qwen2.5-14B": Shape(48, 5120, 13_824, 40, 8, 128, 152_064),
    "Qwen2.5-32B": Shape(64, 5120, 27_648, 40, 8, 128, 152_064),
    "Llama-3.1-8B": Shape(32, 4096, 14_336, 32, 8, 128, 128_256),
}


def shape_of(model: str) -> Shape | None:
    """The shape of a model's folder or name; where only its size is known, that of its kin.

    None if not even the size is known.
    """
    if (config := Path(model) / "config.json").exists():
        return from_config(json.loads(config.read_text(encoding="utf-8")))
    name = model.rsplit("/", 1)[-1].removesuffix("-Instruct")
    if name in KNOWN:
        return KNOWN[name]
    size = billions(model)
    return scaled(size) if size else None


def from_config(config: dict[str, Any]) -> Shape:
    """The shape that a config.json of Llama's or Qwen's kind describes."""
    heads = config["num_attention_heads"]
    return Shape(
        layers=config["num_hidden_layers"],
        hidden=config["hidden_size"],
        feed_forward=config["intermediate_size"],
        heads=heads,
        key_heads=config.get("num_key_value_heads") or heads,
        head_size=config.get("head_dim") or config["hidden_size"] // heads,
        vocabulary=config["vocab_size"],
        tied=bool(config.get("tie_word_embeddings")),
    )


def scaled(size: float) -> Shape:
    """The known shape nearest to `size` billion parameters, made wider or narrower."""
    kin = min(KNOWN.values(), key=lambda shape: abs(shape.parameters / 1e9 / size - 1))
    width = (size * 1e9 / kin.parameters) ** 0.5
    return replace(
        kin,
        hidden=round(kin.hidden * width),
        feed_forward=round(kin.feed_forward * width),
        head_size=round(kin.head_size * width),
    )
