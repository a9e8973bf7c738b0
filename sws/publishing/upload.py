"""Upload a folder to a repository of the Hub: one commit or nothing, and a tag.

Large files go up first; until the commit nobody sees them, and a later try skips those that are
there. The commit names the commit that it was compared with, so that it fails where somebody else
was faster. The token is the one that the Hub's own client finds (`hf auth login`, $HF_TOKEN).
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sws.errors import SwsError
from sws.publishing.differences import Differences, compare
from sws.publishing.troubles import explained

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Target:
    """A repository, whether it is created private, and what its commit and tag are called."""

    kind: Literal["dataset", "model"]
    repo: str
    private: bool
    tag: str
    message: str

    @property
    def url(self) -> str:
        """Where people find it."""
        from huggingface_hub import constants

        return f"{constants.ENDPOINT}/{'datasets/' if self.kind == 'dataset' else ''}{self.repo}"


@dataclass(frozen=True)
class Outcome:
    """What an upload did: the commit that readers see, and what was sent."""

    commit: str
    sent: tuple[str, ...]
    removed: tuple[str, ...]
    tagged: bool

    @property
    def nothing(self) -> bool:
        """Whether everything was there already."""
        return not (self.sent or self.removed or self.tagged)


def upload(target: Target, files: Mapping[str, Path]) -> Outcome:
    """Make the repository hold these files (by their paths in it), in one commit, and tag it.

    Raises SwsError, with what to do, where the Hub refuses or cannot be reached; then readers see
    what they saw before.
    """
    from huggingface_hub import HfApi

    with explained(target.repo):
        hub = _Repository(HfApi(), target)
        hub.open()
        found = compare(hub.there(), files)
        hub.check_tag(files)
        commit = hub.commit(found, files) if found else hub.head
    with explained(target.repo, f"the set is published (commit {commit[:8]}), but not its tag"):
        return Outcome(commit, found.changed, found.stale, hub.tag(commit))


class _Repository:
    """A repository while it is written to."""

    def __init__(self, api: Any, target: Target) -> None:
        self._api, self._target = api, target
        self._where = {"repo_id": target.repo, "repo_type": target.kind}
        self.head = ""

    def open(self) -> None:
        """Find the repository's head, or create it. Raises SwsError where it is not ours."""
        from huggingface_hub.errors import RepositoryNotFoundError

        self._api.whoami()
        try:
            info = self._api.repo_info(**self._where)
        except RepositoryNotFoundError:
            self._api.create_repo(**self._where, private=self._target.private)
            log.info("%s: created, %s", self._target.repo, self._visibility)
            info = self._api.repo_info(**self._where)
        if self._target.private and info.private is False:
            log.warning(
                "%s: the repository is public; publishing.private applies to those it creates",
                self._target.repo,
            )
        self.head = str(info.sha)

    @property
    def _visibility(self) -> str:
        return "private" if self._target.private else "public"

    def there(self, revision: str | None = None) -> dict[str, str]:
        """The files of a commit with their hashes: SHA-256 of large ones, Git's of the others."""
        tree = self._api.list_repo_tree(
            **self._where, recursive=True, revision=revision or self.head
        )
        files = [entry for entry in tree if hasattr(entry, "blob_id")]
        return {file.path: file.lfs.sha256 if file.lfs else file.blob_id for file in files}

    def check_tag(self, files: Mapping[str, Path]) -> None:
        """Raise SwsError where the tag names other data: whoever pinned it shall get the same."""
        commit = self._tags().get(self._target.tag)
        if commit and (found := compare(self.there(commit), files)).of_data:
            raise SwsError(
                f"{self._target.repo}: the tag {self._target.tag} names other data (commit "
                f"{commit[:8]}; {len(found.of_data)} files differ)",
                expected="a tag for each version of the data, since readers pin it",
                fix="name another tag by publishing.tag or --tag, or delete that one on the Hub",
            )

    def commit(self, found: Differences, files: Mapping[str, Path]) -> str:
        """Upload what differs and commit it all at once; the commit's id."""
        from huggingface_hub import CommitOperationAdd, CommitOperationDelete

        adds = [CommitOperationAdd(path, str(files[path])) for path in found.changed]
        _without_xet(
            lambda: self._api.preupload_lfs_files(
                self._target.repo, adds, repo_type=self._target.kind, free_memory=False
            )
        )
        made = self._api.create_commit(
            **self._where,
            operations=[*adds, *map(CommitOperationDelete, found.stale)],
            commit_message=self._target.message,
            parent_commit=self.head,
        )
        return str(made.oid)

    def tag(self, commit: str) -> bool:
        """Tag the commit, unless the tag is there; whether it was set now."""
        if self._target.tag in self._tags():
            return False
        self._api.create_tag(**self._where, tag=self._target.tag, revision=commit)
        return True

    def _tags(self) -> dict[str, str]:
        refs = self._api.list_repo_refs(**self._where)
        return {ref.name: ref.target_commit for ref in refs.tags}


def _without_xet(send: Callable[[], None]) -> None:
    """Send by Xet, or by LFS to a Hub that does not speak it: the client does not try by itself."""
    from huggingface_hub import constants

    try:
        send()
    except OSError as error:
        if constants.HF_HUB_DISABLE_XET or "xet-write-token" not in str(error):
            raise
        log.info("this Hub refuses Xet; uploading by LFS")
        with _xet_off():
            send()


@contextmanager
def _xet_off() -> Iterator[None]:
    from huggingface_hub import constants

    constants.HF_HUB_DISABLE_XET = True
    try:
        yield
    finally:
        constants.HF_HUB_DISABLE_XET = False
