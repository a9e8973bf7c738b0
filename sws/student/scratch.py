"""Train the embedded student from nothing: a small Llama on the textbook's worked solutions."""

import logging
import math
import random
from collections.abc import Collection, Iterator
from itertools import islice
from pathlib import Path

import torch
from torch.nn.functional import cross_entropy
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from sws.config.staged import Lessons
from sws.config.student import ScratchConfig
from sws.identity import content_id, seed_for
from sws.progress import track
from sws.student.checkpoint import Checkpoint
from sws.student.folder import save_student
from sws.student.tokenizer import build_tokenizer, prompt_text
from sws.textbook import code_text, pretraining_text
from sws.textbook.book import Key
from sws.textbook.trials import Trials

log = logging.getLogger(__name__)

IGNORED = -100  # the label that cross_entropy ignores
Row = tuple[list[int], int]  # token ids of prompt and completion, and where the completion starts


def train_scratch(
    config: ScratchConfig,
    seed: int,
    out_dir: str | Path,
    exclude: Collection[Key] = frozenset(),
    work_dir: Path | None = None,
    trials: Trials | None = None,
    lessons: Lessons | None = None,
) -> Path:
    """Train a student on the textbook and write its folder; return its manifest.

    `exclude` holds the keys of problems it must not see (`sws.textbook.keys`): the benchmarks'.
    With `trials` a share of the pages is checked and tried again.
    Keeps `config.rows` texts in memory as token ids (tens of megabytes). The same seed and number
    of threads give the same weights, also after a kill: a run of the same arguments goes on from
    its last checkpoint in `work_dir` (by default `out_dir/work`).
    """
    if config.threads:
        torch.set_num_threads(config.threads)
    pairs = draw_texts(config, seed, exclude, trials, lessons)
    torch.manual_seed(seed_for(seed, "scratch", "weights"))
    vocabulary_text = (f"{problem}\n{solution}" for problem, solution in pairs[:20_000])
    tokenizer = build_tokenizer(vocabulary_text, config.vocabulary, config.max_tokens)
    model = build_model(config, tokenizer)
    rows = encode(pairs, tokenizer, config.max_tokens)
    batches = batch_stream(rows, config, random.Random(seed_for(seed, "scratch", "order")))
    optimizers = _optimizers(model, config)
    read = [repr(one) for one in (trials, lessons) if one]
    run = content_id(config.model_dump_json(), str(seed), *sorted(map(repr, exclude)), *read)
    folder = work_dir or Path(out_dir) / "work"
    checkpoint = Checkpoint(folder / f"{run}.pt", model, optimizers)
    done = checkpoint.restore()
    steps = islice(zip(range(config.steps), batches, strict=False), done, None)
    for step, (tokens, labels) in track(steps, config.steps - done, "student from scratch"):
        loss = _step(model, optimizers, tokens, labels, schedule(step, config))
        checkpoint.keep(step + 1)
        if step % 100 == 0:
            log.info("student from scratch: step %d, loss %.3f", step, loss)
    manifest = save_student(model.eval(), tokenizer, out_dir, source="scratch")
    checkpoint.forget()
    return manifest


def draw_texts(
    config: ScratchConfig,
    seed: int,
    exclude: Collection[Key] = frozenset(),
    trials: Trials | None = None,
    lessons: Lessons | None = None,
) -> list[tuple[str, str]]:
    """(problem, solution) pairs: drills, and the textbook's pages solved carefully or hastily.

    With `lessons`, a share of them is of programming.
    """
    draw = random.Random(seed_for(seed, "scratch", "texts"))
    return [
        code_text(draw, lessons.careful_share, exclude)
        if lessons and draw.random() < lessons.share
        else pretraining_text(
            draw,
            config.careful_share,
            config.drill_share,
            config.levels,
            exclude,
            config.units_per_category,
            trials,
        )
        for _ in range(config.rows)
    ]


def build_model(config: ScratchConfig, tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    """A Llama with random weights that transformers and vLLM both load without custom code."""
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=config.hidden,
            intermediate_size=config.feed_forward,
            num_hidden_layers=config.layers,
            num_attention_heads=config.hidden // config.head_size,
            num_key_value_heads=config.hidden // config.head_size,
            head_dim=config.head_size,
            max_position_embeddings=config.max_tokens,
            tie_word_embeddings=True,
            # The usual 0.02 suits wide models; here it delays learning to copy considerably.
            initializer_range=config.hidden**-0.5,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
            dtype="float32",
        )
    )
    ends = {"eos_token_id": tokenizer.eos_token_id, "pad_token_id": tokenizer.pad_token_id}
    for name, weight in model.named_parameters():  # what adds to the residual starts small
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            weight.data.div_(math.sqrt(2 * config.layers))
    model.generation_config = GenerationConfig(do_sample=True, temperature=1.0, **ends)
    return model


def encode(
    pairs: list[tuple[str, str]], tokenizer: PreTrainedTokenizerFast, max_tokens: int
) -> list[Row]:
    """Token ids of every pair that fits in `max_tokens`, with the length of its prompt."""
    prompts = tokenizer([prompt_text(tokenizer, problem) for problem, _ in pairs])["input_ids"]
    solutions = tokenizer([solution for _, solution in pairs])["input_ids"]
    end = [tokenizer.eos_token_id]
    rows = [(p + s + end, len(p)) for p, s in zip(prompts, solutions, strict=True)]
    return [row for row in rows if len(row[0]) <= max_tokens]


def batch_stream(
    rows: list[Row], config: ScratchConfig, draw: random.Random
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Endless (tokens, labels) batches of about `batch_tokens`, rows of like length together."""
    while True:
        order = list(range(len(rows)))
        draw.shuffle(order)
        order.sort(key=lambda i: len(rows[i][0]))  # stable: rows of one length stay shuffled
        batches: list[list[int]] = [[]]
        for i in order:
            if (len(batches[-1]) + 1) * len(rows[i][0]) > config.batch_tokens and batches[-1]:
                batches.append([])
            batches[-1].append(i)
        draw.shuffle(batches)
        for batch in batches:
            yield pad_batch([rows[i] for i in batch], config.loss_on == "all")


def pad_batch(rows: list[Row], learn_prompt: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Right-padded token ids and labels, both (rows, longest); padding is never learned."""
    longest = max(len(ids) for ids, _ in rows)
    tokens = torch.zeros(len(rows), longest, dtype=torch.long)
    labels = torch.full((len(rows), longest), IGNORED)
    for i, (ids, start) in enumerate(rows):
        tokens[i, : len(ids)] = torch.tensor(ids)
        first = 0 if learn_prompt else start
        labels[i, first : len(ids)] = tokens[i, first : len(ids)]
    return tokens, labels


def schedule(step: int, config: ScratchConfig) -> float:
    """Learning rate as a share of its peak: linear warm-up, then cosine decay to a tenth."""
    if step < config.warmup_steps:
        return (step + 1) / config.warmup_steps
    done = (step - config.warmup_steps) / max(1, config.steps - config.warmup_steps)
    return 0.55 + 0.45 * math.cos(math.pi * done)


def _optimizers(model: LlamaForCausalLM, config: ScratchConfig) -> list[torch.optim.Optimizer]:
    """Muon for the layers' matrices (a third of AdamW's steps here), AdamW for all else."""
    inside = {id(p) for p in model.model.layers.parameters() if p.ndim == 2}
    matrices = [p for p in model.parameters() if id(p) in inside]
    others = [p for p in model.parameters() if id(p) not in inside]
    optimizers = [
        torch.optim.Muon(matrices, config.matrix_learning_rate, weight_decay=config.weight_decay),
        torch.optim.AdamW(others, config.learning_rate, betas=(0.9, 0.95), fused=True),
    ]
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["peak"] = group["lr"]
    return optimizers


def _step(
    model: LlamaForCausalLM,
    optimizers: list[torch.optim.Optimizer],
    tokens: torch.Tensor,
    labels: torch.Tensor,
    share: float,
) -> float:
    # Padding is on the right, so causal attention needs no mask; the head sees learned positions.
    hidden = model.model(input_ids=tokens[:, :-1], use_cache=False).last_hidden_state
    targets = labels[:, 1:]
    learned = targets != IGNORED
    loss = cross_entropy(model.lm_head(hidden[learned]), targets[learned])
    model.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * share
        optimizer.step()
    return float(loss.detach())
