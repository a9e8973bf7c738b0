"""The first stage of S²R: fine-tuning on trajectories through TRL, resumable at any time."""

import os
import shutil
from math import ceil
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from torch.nn.functional import cross_entropy, kl_div, log_softmax
from transformers import AutoConfig, AutoModelForCausalLM, PrinterCallback, TrainerCallback
from trl import SFTConfig, SFTTrainer

from sws.config.schema import Config
from sws.config.self_verify import SFT
from sws.errors import SwsError
from sws.gpu_build import check_gpu_build
from sws.identity import content_id, seed_for
from sws.progress import Meter
from sws.rl.arguments import TIMEOUT
from sws.rl.process import join_processes
from sws.rl.recorder import Journal
from sws.rl.run import stored
from sws.rl.stage import alone_in
from sws.rl.trainer import load_tokenizer
from sws.rl.work import discard, last_checkpoint
from sws.self_verify.actions import check_tokenizer
from sws.self_verify.examples import IGNORED, examples
from sws.self_verify.segments import SegmentParser
from sws.self_verify.work import keep_if_same
from sws.store import read_rows
from sws.student.folder import MANIFEST, check_student, save_student


class MaskedSFTTrainer(SFTTrainer):  # type: ignore[misc]  # TRL's lazy module has no types
    """TRL's trainer with a KL divergence from the model that it started from, if `kl` is not 0."""

    def __init__(self, *args: Any, kl: float, source: Path, **others: Any) -> None:
        super().__init__(*args, **others)
        self.kl = kl
        if kl:
            start = AutoModelForCausalLM.from_pretrained(source, dtype=self.model.dtype)
            self.start = self.accelerator.prepare_model(start, evaluation_mode=True)

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Eq. 1 over the learned tokens, plus kl * KL(policy || start) over the same."""
        if not self.kl:
            return super().compute_loss(model, inputs, return_outputs, num_items_in_batch)
        asked = {name: inputs[name] for name in ("input_ids", "attention_mask") if name in inputs}
        targets = inputs["labels"][:, 1:]
        here = targets != IGNORED
        policy = model(**asked, use_cache=False).logits[:, :-1][here].float()
        with torch.no_grad():
            start = self.start(**asked, use_cache=False).logits[:, :-1][here].float()
        said, known = log_softmax(policy, -1), log_softmax(start, -1)
        total = cross_entropy(policy, targets[here], reduction="sum")
        total = total + self.kl * kl_div(known, said, reduction="sum", log_target=True)
        tokens = here.sum() if num_items_in_batch is None else num_items_in_batch
        loss = total / torch.as_tensor(tokens).clamp(min=1)
        # `num_items_in_batch` counts the tokens of all ranks, whose gradients are averaged.
        return loss if num_items_in_batch is None else loss * self.accelerator.num_processes

    def create_model_card(self, *_: object, **__: object) -> None:
        """Skip the model card: checkpoints are not published."""


class Diary(TrainerCallback):  # type: ignore[misc]
    """A line of the journal and the progress bar for each update."""

    def __init__(self, journal: Journal, on_main: bool, tokens: int) -> None:
        self._journal, self._on_main, self._tokens = journal, on_main, tokens

    def on_log(self, _args: Any, state: Any, _control: Any, logs: Any = None, **_: Any) -> None:
        """Keep the loss of an update."""
        if self._on_main and logs and "loss" in logs:
            rate = logs.get("learning_rate")
            step, tokens = state.global_step - 1, round(self._tokens / state.max_steps)  # mean
            self._journal.add(
                step=step, loss=logs["loss"], learning_rate=rate, position=0, tokens=tokens
            )
            self._meter.update(state.global_step)

    def on_train_begin(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Show the bar."""
        self._meter = Meter("Fine-tuning", state.max_steps, quiet=not self._on_main)
        self._meter.__enter__()

    def on_train_end(self, _args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Remove it."""
        self._meter.finish(state.global_step)
        self._meter.__exit__(None, None, None)


def run(config: Config, student_json: Path, trajectories: Path, out: Path) -> None:
    """Fine-tune `student_json` on `trajectories`; write the folder whose manifest is `out`.

    `metrics.jsonl` with the loss of every update lies beside the folder. Raises SwsError for an
    unusable student, and where no trajectory fits.
    """
    check_gpu_build()
    settings, source = config.self_verify.sft, check_student(student_json.parent)
    state = join_processes(settings.threads)
    tokenizer = load_tokenizer(source)
    check_tokenizer(tokenizer, config.self_verify.phrases)
    rows = examples(
        read_rows(trajectories, ["problem", "completion"], only="kept"),
        tokenizer,
        SegmentParser(config.self_verify.phrases),
        config.student.prompt_suffix,
        config.self_verify.max_tokens,
    )
    tokens = settings.epochs * sum(len(row["input_ids"]) for row in rows)
    with alone_in(out.parent) as work:
        journal = Journal(work / "metrics.jsonl")
        if state.is_main_process:
            parts = [settings.model_dump_json(), (source / MANIFEST).read_text(), str(rows)]
            keep_if_same(work, content_id(*parts, config.seed))
        state.wait_for_everyone()
        checkpoint = last_checkpoint(work)
        if state.is_main_process:
            journal.rewind(int(checkpoint.name.split("-")[1]) if checkpoint else 0)
        trainer = MaskedSFTTrainer(
            model=AutoModelForCausalLM.from_pretrained(source, dtype=torch.float32),
            args=sft_arguments(settings, work / "checkpoints", config.seed, len(rows)),
            train_dataset=Dataset.from_list(rows),
            processing_class=tokenizer,
            kl=settings.kl,
            source=source,
            callbacks=[Diary(journal, state.is_main_process, tokens)],
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        _finish(trainer, tokenizer, source, out, work)


def sft_arguments(settings: SFT, folder: Path, seed: int, rows: int) -> SFTConfig:
    """TRL's arguments. Raises SwsError if a batch does not divide evenly over the processes."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    accumulate, odd = divmod(settings.batch_size, settings.per_device * world)
    if odd or not accumulate:
        raise SwsError(
            f"self_verify.sft.batch_size: {settings.batch_size} trajectories do not divide over "
            f"{world} processes of {settings.per_device}",
            fix="change batch_size, per_device or the number of processes",
        )
    on_gpu = torch.cuda.is_available()
    updates = ceil(rows / settings.batch_size) * settings.epochs
    schedule = {"constant": "constant_with_warmup"}.get(settings.schedule, settings.schedule)
    return SFTConfig(
        output_dir=str(folder),
        seed=seed_for(seed, "self-verify", "sft") % 2**31,
        use_cpu=not on_gpu,
        bf16=on_gpu,
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=settings.per_device,
        gradient_accumulation_steps=accumulate,
        learning_rate=settings.learning_rate,
        lr_scheduler_type=schedule,
        warmup_steps=round(settings.warmup_share * updates),
        max_length=None,
        gradient_checkpointing=settings.gradient_checkpointing,
        ddp_timeout=int(TIMEOUT.total_seconds()),
        save_strategy="steps",
        save_steps=settings.save_steps,
        save_total_limit=2,
        logging_steps=1,
        report_to=[],
        disable_tqdm=True,
    )


def _finish(trainer: Any, tokenizer: Any, source: Path, out: Path, work: Path) -> None:
    """Write the student and the metrics; then the working folder can go."""
    weights = trainer.accelerator.get_state_dict(trainer.model_wrapped)  # on every rank, for shards
    trainer.accelerator.wait_for_everyone()
    if trainer.accelerator.is_main_process:
        dtype = AutoConfig.from_pretrained(source).dtype or torch.float32
        model = trainer.accelerator.unwrap_model(trainer.model).to(dtype)
        save_student(model, tokenizer, out.parent, stored(weights, model, dtype), source="sft")
        shutil.copyfile(work / "metrics.jsonl", out.parent.parent / "metrics.jsonl")
        discard(work)
    trainer.accelerator.wait_for_everyone()
