"""`Config` as the verbs name it, without its schema: --help needs none, and building it is slow."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sws.config.schema import Config
else:
    Config = Any

__all__ = ["Config"]
