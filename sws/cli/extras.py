"""Which extra of the package installs what a verb needs and this environment lacks."""

#: The extra that installs a module; those that are not listed come with `gpu` and with `cpu`.
_EXTRAS = {
    **dict.fromkeys(("aiohttp", "duckdb", "huggingface_hub", "more_itertools", "pyarrow"), "tools"),
    **dict.fromkeys(
        ("altair", "dvc", "latex2mathml", "scipy", "snakemake", "vl_convert"), "workflow"
    ),
    "kubernetes": "cluster",
}


def missing(error: ModuleNotFoundError, verb: str) -> str:
    """What to install for a verb; empty where a module of SwS itself is missing."""
    module = (error.name or "").partition(".")[0]
    if module in ("", "sws"):
        return ""
    extra = _EXTRAS.get(module, "cpu")
    also = " (with an NVIDIA GPU: `gpu`)" if extra == "cpu" else ""
    return (
        f"{verb.strip('_').replace('_', '-')} needs the package {module}, which is not installed\n"
        f"  to do:    install SwS again with the extra `{extra}`{also}: "
        f"pip install 'sws[{extra}] @ FILE-OR-ADDRESS'"
    )
