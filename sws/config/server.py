"""How a role reaches a server of the OpenAI protocol, and how patient it is."""

from typing import Any, Literal

from pydantic import Field

from sws.config.section import Section


class ServerSettings(Section):
    """The settings of a server; defaults for one that the user runs."""

    url: str | tuple[str, ...] = Field(
        "http://127.0.0.1:8000/v1",
        description="openai: base URL of the server, or a list of servers of one model, which "
        "share the requests.",
    )
    key_variable: str = Field(
        "OPENAI_API_KEY", description="openai: environment variable with the API key."
    )
    headers: dict[str, str] = Field(
        {},
        description="openai: headers of every request; `$NAME` in a value is an environment "
        "variable.",
    )
    ca_file: str | None = Field(
        None,
        description="openai: file of certificates to trust, for a server with a self-signed one.",
    )
    extra_body: dict[str, Any] = Field(
        {}, description="openai: fields added to the body of every request."
    )
    max_n: int | None = Field(
        None,
        ge=1,
        description="openai: most answers in one request; 1 for a server without `n`; null: all.",
    )
    max_tokens_parameter: Literal["max_tokens", "max_completion_tokens"] = Field(
        "max_tokens", description="openai: what the server calls max_tokens."
    )
    opens_thought: bool = Field(
        False,
        description="The chat template opens a thought (DeepSeek-R1) and the server has no "
        "reasoning parser, so that a text without </think> is a thought that was cut off. vLLM in "
        "the process notices by itself.",
    )
    concurrency: int = Field(32, ge=1, description="openai: requests in flight at once.")
    requests_per_minute: int | None = Field(
        None, ge=1, description="openai: rate limit; null: none."
    )
    timeout_seconds: float = Field(
        1800,
        gt=0,
        description="openai: longest time for one answer; a request that takes longer is sent "
        "once more.",
    )
    connect_seconds: float = Field(
        10, gt=0, description="openai: longest time to open a connection."
    )
    retries: int = Field(
        4,
        ge=0,
        description="openai: how often a request is sent again after an error of the server (500) "
        "or an unreadable reply. Busy servers (429, 503) are waited for instead.",
    )
    outage_seconds: float = Field(
        900,
        ge=0,
        description="openai: how long to wait for servers of which none answers; then the stage "
        "ends, and what was answered is kept.",
    )

    @property
    def urls(self) -> tuple[str, ...]:
        """The servers to ask."""
        return (self.url,) if isinstance(self.url, str) else self.url
