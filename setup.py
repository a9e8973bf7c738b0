"""Puts the workflow's files into the wheel; everything else is in pyproject.toml."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

#: What a run needs besides the code, found by sws/installation.py.
ASSETS = ["Snakefile", "workflow", "rules", "presets", "profiles", "params.yaml", ".dvc/plots"]
ASSETS += [".gitignore", ".dvcignore", "requirements/cpu.lock", "requirements/gpu.lock"]
ASSETS += ["requirements/install.sh"]


class BuildWithAssets(build_py):
    """Copies the assets beside the code; an editable install finds them in the checkout."""

    def run(self) -> None:
        """Build the package, then add the assets."""
        super().run()
        if not self.editable_mode:
            for source, target in self._assets().items():
                Path(target).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)

    def get_outputs(self, include_bytecode: bool = True) -> list[str]:
        """What a wheel holds, the assets included."""
        own = [] if self.editable_mode else list(self._assets().values())
        return [*super().get_outputs(include_bytecode), *own]

    def get_source_files(self) -> list[str]:
        """What a source distribution holds, the assets included."""
        return [*super().get_source_files(), *self._assets()]

    def _assets(self) -> dict[str, str]:
        """Each file with its place in the built package."""
        below = Path(self.build_lib, "sws", "assets")
        roots = [Path(name) for name in ASSETS]
        files = [path for root in roots for path in (root, *sorted(root.rglob("*")))]
        return {str(path): str(below / path) for path in files if path.is_file()}


setup(cmdclass={"build_py": BuildWithAssets})
