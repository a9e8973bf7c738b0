"""The files of a project, as this version of SwS writes them."""

from pathlib import Path

from sws.installation import ASSETS
from sws.project.requirement import requirement

_TEMPLATES = Path(__file__).with_name("templates")
_LOCKS = ("requirements/cpu.lock", "requirements/gpu.lock")
_COPIED = (".gitignore", ".dvcignore", *_LOCKS, "requirements/install.sh")
#: Pinned by every version; DVC's own folder, with the templates of plots.
_DVC = {".dvc/config": "[core]\n    analytics = false\n    autostage = false\n"}
_DVC[".dvc/.gitignore"] = "/config.local\n/tmp\n/cache\n"


def files_of_a_project(preset: str, section: str = "") -> dict[str, str]:
    """Path and text of every file but dvc.yaml, which is derived from the graph.

    `section` is a part of params.yaml, such as the user's `seed_set`.
    """
    own = {path.name: path.read_text(encoding="utf-8") for path in sorted(_TEMPLATES.iterdir())}
    own["params.yaml"] = own["params.yaml"].format(preset=preset, section=section)
    own["requirements.txt"] = f"{requirement()}\n"
    copied = [ASSETS / name for name in _COPIED]
    copied += [path for name in ("profiles", ".dvc/plots") for path in (ASSETS / name).rglob("*")]
    texts = {str(path.relative_to(ASSETS)): path for path in sorted(copied) if path.is_file()}
    return own | _DVC | {name: path.read_text(encoding="utf-8") for name, path in texts.items()}
