"""The parts of the check. Each returns what it found, with `passed`, and takes a working folder."""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from benchmarks.gpu.student import random_student, tokens_of
from sws.config.rl import RLConfig
from sws.planning import memory as plan
from sws.planning.shapes import shape_of
from sws.store import read_rows

Found = dict[str, Any]
ROOT = Path(__file__).parents[2]
FSDP = ROOT / "profiles" / "accelerate" / "fsdp.yaml"
PROMPT = 64  # tokens left for the prompt
SAMPLER_SHARE = 0.4  # of the card, as vllm_gpu_memory_utilization is by default
SHORT = 32  # tokens of a completion where its length does not matter
CONFIG: Found = {
    "steps": 4,
    "prompts_per_step": 4,
    "group_size": 4,
    "updates_per_step": 1,
    "completions_per_device": 4,
    "learning_rate": 0.01,
    "max_prompt_tokens": PROMPT,
    "resample_rounds": 0,
    "save_steps": 2,
    "use_vllm": "never",
}


def train(
    student: Path,
    out: Path,
    max_tokens: int,
    *launcher: str,
    variables: dict[str, str] | None = None,
    **changes: object,
) -> Found:
    """A training run in a process of its own: its facts, and its `error` if it failed."""
    command = [sys.executable, *launcher, "-m", "benchmarks.gpu.job", str(student), str(out)]
    command += [json.dumps(CONFIG | changes), str(max_tokens)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **(variables or {})}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [""]
        raised = [line for line in lines if "Error" in line]
        return {"code": done.returncode, "error": (raised or lines)[-1][-300:]}
    found: Found = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def fork(_work: Path, _mini: bool) -> Found:
    """Whether processes can fork and use the GPU after all that comes before vLLM's import."""
    code = "import sws.cli, benchmarks.gpu.parts as parts; parts.forked()"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    last = (done.stderr.strip().splitlines() or [""])[-1]
    return {"passed": done.returncode == 0, **({"error": last} if done.returncode else {})}


def forked() -> None:
    """Do what a stage does before it imports vLLM; then use the GPU in a forked process."""
    from sws.config.roles import Role
    from sws.engines.vllm_inputs import engine_arguments, own_seeds
    from sws.gpu_build import check_gpu_build

    check_gpu_build()
    role = Role(engine="vllm", model="any")
    own_seeds(role), engine_arguments("any", role, 1024)
    torch.cuda.device_count()
    assert not torch.cuda.is_initialized(), "CUDA was touched before vLLM's import"
    child = multiprocessing.get_context("fork").Process(target=_use_device)
    child.start()
    child.join()
    assert child.exitcode == 0, "a forked process cannot use the GPU"


def _use_device() -> None:
    torch.zeros(1, device="cuda" if torch.cuda.is_available() else "cpu").add_(1).item()


def resume(work: Path, _mini: bool) -> Found:
    """A run that was killed and resumed against one that was not: rows, and weights."""
    student = random_student(work / "mini", True)
    rewards = {"SWS_CHECK_REWARDS": "1"}
    kill = rewards | {"SWS_CHECK_KILL": "3"}
    whole = train(student, work / "whole", SHORT, variables=rewards)
    killed = train(student, work / "killed", SHORT, variables=kill)
    resumed = train(student, work / "killed", SHORT, variables=rewards)
    if error := whole.get("error") or resumed.get("error"):
        return {"passed": False, "error": error}
    apart, _ = weights_apart(work / "whole" / "student", work / "killed" / "student")
    same = rows(work / "whole") == rows(work / "killed")
    moved, _ = weights_apart(student, work / "whole" / "student")
    return {
        "passed": same and killed.get("code") == -9 and apart < 1e-4 < moved,
        "same rollouts": same,
        "weights apart": apart,
        "moved by training": moved,
    }


def fsdp(work: Path, mini: bool) -> Found:
    """One sharded process (NCCL on a card) against one that is not: weights after four updates."""
    student = random_student(work / "mini", True)
    rigged = {"SWS_CHECK_RIGGED": "1"}
    plain = train(student, work / "plain", SHORT, variables=rigged)
    launch = ["-m", "accelerate.commands.launch", "--config_file", str(FSDP)]
    launch += ["--num_processes", "1", "--main_process_port", "29871"]
    launch += ["--mixed_precision", "no"] if mini else []
    gloo = {"SWS_CHECK_GLOO": "1"} if mini else {}
    sharded = train(student, work / "sharded", SHORT, *launch, variables=rigged | gloo)
    if error := plain.get("error") or sharded.get("error"):
        return {"passed": False, "error": error}
    apart, mean = weights_apart(work / "plain" / "student", work / "sharded" / "student")
    moved, mean_moved = weights_apart(student, work / "plain" / "student")
    # In 16 bits a gradient near zero may change its sign, and AdamW steps by the sign.
    close = apart < 1e-6 if mini else mean < 0.2 * mean_moved
    return {
        "passed": close and moved > 1e-4,
        "weights apart": apart,
        "moved by training": moved,
        "apart as a share, on average": mean / mean_moved,
    }


def headroom(work: Path, mini: bool) -> Found:
    """GiB left at the peak of training beside a stub that holds a colocated vLLM's share."""
    student, tokens = random_student(work / "student", mini), tokens_of(mini)
    variables = {"SWS_CHECK_RIGGED": "1", "SWS_CHECK_BESIDE": str(SAMPLER_SHARE)}
    changes = {"steps": 1, "prompts_per_step": 1, "group_size": 4, "completions_per_device": 1}
    found = train(student, work / "beside", tokens - PROMPT, variables=variables, **changes)
    return {"passed": "error" not in found, "held by the stub": SAMPLER_SHARE, **found}


def memory(work: Path, mini: bool) -> Found:
    """GiB at the peak of one update at full length, by completions per device, and as planned.

    Planned without CUDA's own share, which the peak does not count; on a CPU the peak is that of
    the whole process, libraries and all.
    """
    student, tokens = random_student(work / "student", mini), tokens_of(mini)
    found: Found = {"tokens": tokens}
    for micro in (1, 2) if mini else (1, 2, 4, 8):
        changes = {"steps": 1, "prompts_per_step": 1, "group_size": 8}
        one = train(
            student,
            work / f"memory-{micro}",
            tokens - PROMPT,
            variables={"SWS_CHECK_RIGGED": "1"},
            completions_per_device=micro,
            **changes,
        )
        found[f"{micro} per device"] = one.get("error") or round(one["peak"], 2)
        found[f"{micro} planned"] = round(planned(student, tokens, micro), 2)
    return {"passed": not isinstance(found["1 per device"], str), **found}


def planned(student: Path, tokens: int, micro: int) -> float:
    """GiB that the plan's arithmetic gives for one process of the check."""
    shape = shape_of(str(student))
    assert shape
    config = RLConfig(**CONFIG | {"completions_per_device": micro})
    need = plan.memory(plan.Run.of(config, shape, tokens, 1), card=0)
    return (need.training - plan.CONTEXT) / 2**30


def spread(work: Path, mini: bool) -> Found:
    """How far log-probabilities in bfloat16 are from those in 32 bits, by length.

    `ratio` is exp of their sum: what a correction by whole sequences would multiply with.
    """
    from transformers import AutoModelForCausalLM

    device = "cuda" if torch.cuda.is_available() else "cpu"
    student, tokens = random_student(work / "student", mini), tokens_of(mini)
    model = AutoModelForCausalLM.from_pretrained(student, dtype=torch.float32).to(device).eval()
    torch.manual_seed(1)
    ids = torch.randint(2, 300, (1, tokens), device=device)
    exact = log_probs(model, ids)
    with torch.autocast(device, torch.bfloat16):
        rough = log_probs(model, ids)
    apart = rough - exact
    found: Found = {"std of a token": float(apart.std()), "mean": float(apart.mean())}
    for length in (tokens // 16, tokens // 4, tokens - 1):
        found[f"ratio over {length} tokens"] = float(apart[:length].sum().exp())
    return {"passed": bool(apart.isfinite().all()), **found}


@torch.no_grad()  # type: ignore[untyped-decorator]
def log_probs(model: Any, ids: torch.Tensor) -> torch.Tensor:
    """Log-probability of each token of one row (1, tokens) but the first, in slices."""
    hidden = model.model(input_ids=ids).last_hidden_state[0, :-1]
    slices = zip(hidden.split(512), ids[0, 1:].split(512), strict=True)
    return torch.cat(
        [
            model.lm_head(part).float().log_softmax(-1).gather(1, wanted[:, None])[:, 0]
            for part, wanted in slices
        ]
    )


def rates(work: Path, mini: bool) -> Found:
    """Steps a second against bare TRL, both with vLLM where it is there; in 32 bits on a CPU."""
    from benchmarks.overhead import measured

    student = random_student(work / "student", mini)
    steps, tokens = (2, 8) if mini else (4, 512)
    changes = {"prompts_per_step": 4, "group_size": 4} if mini else {"completions_per_device": 16}
    ours, bare = (measured(side, student, steps, tokens, **changes) for side in ("sws", "trl"))
    return {
        "passed": True,
        "seconds of a step": round(ours["wall"], 3),
        "of bare TRL": round(bare["wall"], 3),
        "steps a second against TRL": round(bare["wall"] / ours["wall"], 3),
    }


def sampler(work: Path, mini: bool) -> Found:
    """The whole step with vLLM beside the training: tokens a second against vLLM alone."""
    if mini:
        return {"passed": True, "skipped": "TRL runs vLLM beside a GPU only; see tests/rl"}
    student, tokens = random_student(work / "student", mini), 512
    changes = {"use_vllm": "always", "prompts_per_step": 16, "group_size": 8, "steps": 3}
    found = train(student, work / "colocated", tokens, **changes)
    if "error" in found:
        return {"passed": False, **found}
    lines = (work / "colocated" / "metrics.jsonl").read_text().splitlines()
    later = [json.loads(line) for line in lines[1:]]
    ours = sum(line["tokens"] for line in later) / sum(line["rollout_seconds"] for line in later)
    alone = vllm_alone(student, tokens, rows=16 * 8)
    return {
        "passed": True,
        **found,
        "tokens a second": round(ours),
        "of vLLM alone": round(alone),
        "share": round(ours / alone, 3),
    }


def vllm_alone(student: Path, tokens: int, rows: int) -> float:
    """Tokens a second of vLLM's own offline inference on the same prompts; loads it first."""
    code = (
        "import json, sys, time\n"
        "from vllm import LLM, SamplingParams\n"
        "from benchmarks.gpu.job import PROBLEMS\n"
        "if __name__ == '__main__':\n"
        "    student, tokens, rows = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])\n"
        f"    llm = LLM(student, gpu_memory_utilization={SAMPLER_SHARE}, max_model_len=1024)\n"
        "    texts = [PROBLEMS[i % 40]['problem'] for i in range(rows)]\n"
        "    params = SamplingParams(temperature=1.0, max_tokens=tokens, logprobs=0)\n"
        "    for _ in range(2):\n"
        "        begun = time.monotonic()\n"
        "        found = llm.generate(texts, params, use_tqdm=False)\n"
        "        seconds = time.monotonic() - begun\n"
        "    print(json.dumps(sum(len(o.outputs[0].token_ids) for o in found) / seconds))\n"
    )
    command = [sys.executable, "-c", code, str(student), str(tokens), str(rows)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.splitlines()[-1]))


def rows(run: Path) -> list[tuple[int, str, int, str]]:
    """What a run recorded, in order."""
    names = ("step", "problem_id", "sample", "completion")
    return [tuple(row[name] for name in names) for row in read_rows(run / "rollouts.json")]


def weights_apart(one: Path, other: Path) -> tuple[float, float]:
    """The largest difference between the weights of two students' folders, and the mean."""
    from safetensors.torch import load_file

    left, right = (load_file(folder / "model.safetensors") for folder in (one, other))
    apart = [(left[name].float() - right[name].float()).abs().flatten() for name in left]
    together = torch.cat(apart)
    return float(together.max()), float(together.mean())


#: In the order in which they are worth the time.
PARTS: dict[str, Callable[[Path, bool], Found]] = {
    part.__name__: part for part in (fork, fsdp, resume, memory, headroom, spread, sampler, rates)
}


def run_part(name: str, work: Path, mini: bool) -> Found:
    """One part, with the seconds that it took."""
    started = time.monotonic()
    try:
        found = PARTS[name](work, mini)
    except Exception as error:  # one part must not hide what the others find
        found = {"passed": False, "error": f"{type(error).__name__}: {str(error)[-300:]}"}
    return {**found, "seconds": round(time.monotonic() - started, 1)}
