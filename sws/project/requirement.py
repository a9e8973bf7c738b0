"""What a project has to install to get this version of SwS again."""

import json
from importlib.metadata import PackageNotFoundError, distribution

import sws
from sws.installation import ASSETS, PACKAGED


def requirement() -> str:
    """A line of requirements.txt: the address that SwS was installed from, or its version.

    Of an install from Git, the tag or branch if one was named, else the commit.
    """
    if not PACKAGED:
        return f"sws @ {ASSETS.as_uri()}"
    try:
        origin = json.loads(distribution("sws").read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        origin = {}
    url = origin.get("url")
    if not url:
        return f"sws=={sws.__version__}"
    if source := origin.get("vcs_info"):
        url = f"{source['vcs']}+{url}@{source.get('requested_revision') or source['commit_id']}"
    return f"sws @ {url}"
