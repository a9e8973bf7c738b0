"""Where the workflow's files are: in this checkout, or inside the installed package.

A wheel holds the Snakefile, rules, presets and profiles in `sws/assets/`, laid out as in the
checkout; setup.py puts them there.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent

#: Whether this is an installed package, with no checkout around it.
PACKAGED = (_PACKAGE / "assets").is_dir()
#: The folder with Snakefile, rules/, presets/ and profiles/.
ASSETS = _PACKAGE / "assets" if PACKAGED else _PACKAGE.parent
#: The workflow, to be named in a `module` of another Snakefile.
SNAKEFILE = ASSETS / "Snakefile"
