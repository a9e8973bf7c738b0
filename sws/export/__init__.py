"""Export: a table of problems in the formats that trainers read, one module per format."""

from sws.export.formats import FORMATS, Format, Prompt
from sws.export.write import Exported, export

__all__ = ["FORMATS", "Exported", "Format", "Prompt", "export"]
