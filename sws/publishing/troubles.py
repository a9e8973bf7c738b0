"""What the Hub's refusals mean, and what to do about each."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sws.errors import SwsError

_LOG_IN = "`hf auth login`, or set HF_TOKEN to a token from the Hub's settings that may write"
_NOTHING = "nothing was published; files that are up already are kept for the next try"
_CUT = "readers see what was there before, or all of the new set"
_QUOTA = ("storage limit", "quota", "storage quota", "payment", "exceed")


@contextmanager
def explained(repo: str, state: str = "") -> Iterator[None]:
    """Raise SwsError for every error of the Hub's client, with what to do.

    `state` is what readers see then, where that is known.
    """
    from huggingface_hub.errors import HfHubHTTPError, LocalTokenNotFoundError
    from huggingface_hub.utils import httpx

    try:
        yield
    except SwsError:
        raise
    except LocalTokenNotFoundError:
        raise SwsError(
            f"{repo}: no token of the Hub was found", fix=f"log in by {_LOG_IN}"
        ) from None
    except HfHubHTTPError as error:
        raise _of_status(repo, error, state or _NOTHING) from None
    except (OSError, httpx.HTTPError, RuntimeError, ValueError) as error:
        raise _of_upload(repo, error, state) from None


def _of_upload(repo: str, error: Exception, state: str) -> SwsError:
    """Errors around an upload: the client wraps refusals of a single file into its own."""
    from huggingface_hub.errors import HfHubHTTPError

    if "Invalid metadata" in str(error):
        said = " ".join(str(error).split())
        return SwsError(
            f"{repo}: the Hub refuses the card ({said:.300}); {state or _NOTHING}",
            expected="names that the Hub knows, of licences above all (apache-2.0, other)",
            fix="correct the section publishing in params.yaml",
        )
    cause: BaseException = error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    if isinstance(cause, HfHubHTTPError):
        return _of_status(repo, cause, state or _NOTHING)
    if _about_quota(str(cause)):
        return _full(repo, str(cause), state or _NOTHING)
    return SwsError(
        f"{repo}: the upload was cut off ({_line(cause)}); {state or _CUT}",
        expected="a connection to the Hub ($HF_ENDPOINT names another than huggingface.co)",
        fix="run the same command again",
    )


def _of_status(repo: str, error: Any, state: str) -> SwsError:
    status = error.response.status_code if error.response is not None else 0
    said = _line(error.server_message or error)
    if _about_quota(said) or status in (402, 413, 507):
        return _full(repo, said, state)
    if status == 401:
        return SwsError(
            f"{repo}: the Hub does not know this token ({said})", fix=f"log in anew by {_LOG_IN}"
        )
    if status == 403:
        return SwsError(
            f"{repo}: this token may not write there ({said}); {state}",
            expected="a token with write access to the user or organization before the /",
            fix=f"correct publishing.repo, or log in by {_LOG_IN}",
        )
    if status == 412:
        return SwsError(
            f"{repo}: somebody else committed in the meantime ({said}); {state}",
            fix="look at their commit on the Hub; then run the same command again",
        )
    if status == 409:
        return SwsError(
            f"{repo}: the name is taken ({said})",
            expected="a repository that this token can see, or a free name",
            fix="choose another name by publishing.repo or --repo",
        )
    if status == 404:
        return SwsError(
            f"{repo}: not found on the Hub, or this token cannot see it ({said})",
            fix="check the name, the tag and the token",
        )
    return SwsError(
        f"{repo}: the Hub refuses with {status} ({said}); {state}",
        fix="run the same command again later",
    )


def _full(repo: str, said: str, state: str) -> SwsError:
    return SwsError(
        f"{repo}: the Hub has no room left for it ({said}); {state}",
        fix="free some space, or get more in the Hub's settings; --dry-run shows sizes",
    )


def _about_quota(said: str) -> bool:
    return any(word in said.lower() for word in _QUOTA)


def _line(error: object) -> str:
    """The first line of what was said."""
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
