"""What a reader gets of a published set, as JSON: `python reader.py REPO TAG`."""

import json
import sys

from datasets import disable_progress_bars, get_dataset_config_names, load_dataset
from huggingface_hub import HfApi


def main(repo: str, tag: str) -> None:
    """Print the files, and the rows of each configuration, loaded whole and streamed."""
    disable_progress_bars()
    tables = {}
    for name in get_dataset_config_names(repo, revision=tag):
        whole = load_dataset(repo, name, split="train", revision=tag)
        streamed = load_dataset(repo, name, split="train", revision=tag, streaming=True)
        tables[name] = {"whole": whole.to_list(), "streamed": list(streamed)}
    default = load_dataset(repo, split="train", revision=tag).to_list()
    files = HfApi().list_repo_files(repo, repo_type="dataset", revision=tag)
    print(json.dumps({"tables": tables, "default": default, "files": files}))


main(*sys.argv[1:])
