"""One commit or nothing: what readers see when uploads are cut off, refused or overtaken."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from sws.errors import SwsError
from sws.publishing.differences import git_hash
from sws.publishing.folder import Published
from tests.hub import Hub
from tests.publishing.conftest import REPO, TAG, Publish


def holds_all(hub: Hub, made: Published) -> bool:
    """Whether readers of the main branch see the set, byte by byte."""
    seen = hub.dataset(REPO).head.files
    return {path: blob.path.read_bytes() for path, blob in seen.items()} == {
        path: file.read_bytes() for path, file in made.files.items()
    }


def test_a_set_is_one_private_commit_with_a_tag(
    hub: Hub, made: Published, publish: Publish
) -> None:
    outcome = publish()
    repository = hub.dataset(REPO)
    assert repository.private
    assert [commit.title for commit in repository.commits] == ["initial commit", "Round 1"]
    assert repository.tags == {TAG: outcome.commit} == {TAG: repository.head.oid}
    assert holds_all(hub, made)


def test_to_publish_again_sends_nothing(hub: Hub, publish: Publish) -> None:
    publish()
    writes = [request for request in hub.seen if request[0] in ("POST", "PUT")]
    assert publish().nothing
    assert [request for request in hub.seen if request[0] in ("POST", "PUT")] == writes


def test_a_hub_without_xet_gets_the_files_by_lfs(hub: Hub, publish: Publish) -> None:
    publish()
    paths = [path for _, path, _ in hub.seen]
    assert any("xet-write-token" in path for path in paths)
    assert sum(path.startswith("/lfs/") for path in paths) == 9


def test_another_card_goes_up_alone_and_the_tag_stays(
    hub: Hub, made: Published, publish: Publish, tmp_path: Path
) -> None:
    first = publish()
    (tmp_path / "README.md").write_text(made.files["README.md"].read_text() + "\nAn erratum.\n")
    second = publish({**made.files, "README.md": tmp_path / "README.md"})
    assert second.sent == ("README.md",)
    assert hub.dataset(REPO).tags == {TAG: first.commit}


def test_other_data_under_the_same_tag_is_refused(
    hub: Hub, made: Published, publish: Publish
) -> None:
    publish()
    before = list(hub.dataset(REPO).commits)
    seed, failures = (f"data/{n}/train-00000-of-00001.parquet" for n in ("seed", "failures"))
    other = {**made.files, seed: made.files[failures]}
    with pytest.raises(SwsError, match=r"tag round1 names other data.*1 files differ"):
        publish(other)
    assert hub.dataset(REPO).commits == before
    publish(other, tag="round1-again")
    assert set(hub.dataset(REPO).tags) == {TAG, "round1-again"}


def test_files_that_the_new_set_lacks_are_removed_in_the_same_commit(
    hub: Hub, made: Published, publish: Publish
) -> None:
    old = "data/seed/train-00001-of-00002.parquet"
    publish({**made.files, old: made.files["data/seed/train-00000-of-00001.parquet"]}, tag="old")
    outcome = publish()
    assert outcome.removed == (old,)
    assert holds_all(hub, made)


@pytest.mark.parametrize("cut", range(10))
def test_an_upload_that_is_cut_off_resumes_and_no_reader_sees_half_a_set(
    cut: int, hub: Hub, made: Published, publish: Publish
) -> None:
    size = sum(file.stat().st_size for path, file in made.files.items() if "parquet" in path)
    hub.faults.bytes = random.Random(cut).randrange(size)
    with pytest.raises(SwsError, match="cut off"):
        publish()
    hub.faults.bytes = None
    found = hub.store.repository("datasets", REPO)
    assert found is None or not found.head.files
    there = {path.name for path in (hub.store.folder / "lfs").iterdir()}
    begun = len(hub.seen)
    publish()
    assert holds_all(hub, made)
    sent = {path for method, path, _ in hub.seen[begun:] if method == "PUT"}
    assert not sent & {f"/lfs/{name}" for name in there}, "what was up already went up again"
    assert len(hub.dataset(REPO).commits) == 2


def test_a_reply_to_the_commit_that_was_lost_leaves_the_whole_set(
    hub: Hub, made: Published, publish: Publish
) -> None:
    hub.faults.lose_reply = True
    with pytest.raises(SwsError, match="all of the new set"):
        publish()
    hub.faults.lose_reply = False
    assert holds_all(hub, made)
    outcome = publish()
    assert (outcome.sent, outcome.tagged) == ((), True)
    assert len(hub.dataset(REPO).commits) == 2


def test_somebody_else_commits_in_between(hub: Hub, made: Published, publish: Publish) -> None:
    def another() -> None:
        repository = hub.dataset(REPO)
        blob = hub.store.small(b"# mine\n")
        repository.commit({"README.md": blob}, "another commit")

    hub.faults.before_commit = another
    with pytest.raises(SwsError, match="somebody else committed"):
        publish()
    assert set(hub.dataset(REPO).head.files) == {"README.md"}
    hub.faults.before_commit = lambda: None
    publish()
    assert holds_all(hub, made)


REFUSALS: dict[str, tuple[Callable[[Hub, pytest.MonkeyPatch], object], str]] = {
    "no token": (lambda hub, patch: patch.delenv("HF_TOKEN"), "no token of the Hub was found"),
    "wrong token": (
        lambda hub, patch: patch.setenv("HF_TOKEN", "hf_x"),
        "does not know this token",
    ),
    "reads only": (lambda hub, patch: patch.setenv("HF_TOKEN", "hf_reads"), "may not write there"),
    "full": (lambda hub, patch: setattr(hub.store, "quota", 1000), "no room left"),
    "taken": (
        lambda hub, patch: hub.store.create("datasets", REPO).commit(
            {"train.csv": hub.store.small(b"a\n1\n")}, "theirs"
        ),
        "holds something else already .train.csv.",
    ),
    "taken and unseen": (
        lambda hub, patch: (
            hub.store.create("datasets", REPO, private=True),
            hub.store.tokens.update(hf_writes=("me", True)),
            patch.setattr("tests.hub.server.Handler._repository", lambda *_: None),
        ),
        "the name is taken",
    ),
}


@pytest.mark.parametrize("why", REFUSALS)
def test_a_refusal_says_what_to_do_and_publishes_nothing(
    why: str, hub: Hub, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, message = REFUSALS[why]
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", "/nowhere")
    prepare(hub, monkeypatch)
    before = hub.store.repository("datasets", REPO)
    commits = list(before.commits) if before else []
    with pytest.raises(SwsError, match=message) as caught:
        publish()
    assert caught.value.fix
    after = hub.store.repository("datasets", REPO)
    assert after is None or after.commits == (commits or after.commits[:1])
    assert after is None or not after.tags
    assert "hf_" not in str(caught.value)


def test_a_licence_that_the_hub_does_not_know(
    hub: Hub, made: Published, publish: Publish, tmp_path: Path
) -> None:
    text = made.files["README.md"].read_text().replace("---\n", "---\nlicense: mine\n", 1)
    (tmp_path / "README.md").write_text(text)
    with pytest.raises(SwsError, match=r"refuses the card .*license") as caught:
        publish({**made.files, "README.md": tmp_path / "README.md"})
    assert "publishing" in caught.value.fix
    assert not hub.dataset(REPO).head.files


def test_the_hash_of_a_small_file_is_that_of_git(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"hello\n")
    assert git_hash(tmp_path / "a") == "ce013625030ba8dba906f756967f9e9ca394464a"
