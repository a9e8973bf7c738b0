"""One reader for every file and data set that people bring: formats, columns by path, messages."""

from sws.sources.batch import Batch
from sws.sources.locate import find_files
from sws.sources.read import read_batches

__all__ = ["Batch", "find_files", "read_batches"]
