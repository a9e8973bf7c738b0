"""Plans reproduce the paper's costs and the graph's job counts, and use measurements of runs."""

import json
from pathlib import Path
from typing import Any

import pytest

from sws.config import load
from sws.config.problems import ProblemSet
from sws.config.schema import Config
from sws.ledger import Entry
from sws.planning import calibration
from sws.planning.cost import cost, spared_in_words, unrecorded_in_words
from sws.planning.equal_cost import in_words
from sws.planning.models import billions
from sws.planning.plan import Plan, plan
from sws.planning.project import Project
from sws.planning.sizes import rows_of
from sws.planning.workload import Workload
from sws.store import write_json

PAPER = {
    "train:initial": 2075,
    "extract": 1.6,
    "generate": 1940,
    "judges": 975,
    "label": 4608,
    "difficulty": 768,
    "train:sws": 9543,
}
LLAMA = {"engine": "vllm", "model": "meta-llama/Llama-3.3-70B-Instruct"}
RL = {"prompts_per_step": 1024, "group_size": 8, "accuracy_low": 0, "accuracy_high": 1}


def seven_billion(**overrides: Any) -> Config:
    """The run of the paper's table, whatever presets there are."""
    values = {
        "shards": 64,
        "seed_set": {"source": "org/math", "columns": {"category": "subject"}, "limit": 12_000},
        "benchmarks": [{"name": "math500", "source": "org/math500"}],
        "student": {"source": "Qwen/Qwen2.5-7B", "max_tokens": 8192, "max_model_tokens": 10240},
        "initial_rl": {**RL, "steps": 200, "updates_per_step": 4},
        "arms": {
            "names": ["sws"],
            "training": {
                **RL,
                "steps": 600,
                "accuracy_low": 0.1,
                "accuracy_high": 0.9,
                "resample_rounds": 8,
            },
        },
        "blueprints": {"total": 1_000_000, "candidates": 1},
        "labels": {"samples": 8},
        "difficulty": {"samples": 8},
        "roles": {
            "extractor": LLAMA,
            "generator": LLAMA,
            "judges": {
                "strict": None,
                "kind": None,
                "llama": LLAMA,
                "qwen": {"engine": "vllm", "model": "Qwen/Qwen2.5-72B-Instruct"},
            },
            "labeler": {
                "engine": "vllm",
                "model": "Skywork/Skywork-OR1-Math-7B",
                "max_tokens": 32768,
            },
        },
    }
    return load("micro+full", {**values, **overrides})


def planned(config: Config, tmp_path: Path) -> Plan:
    return plan(config, Project(config.preset, tmp_path))


def hours(made: Plan) -> dict[str, float]:
    return {stage.stage: stage.hours for stage in made.stages}


def test_the_papers_costs_are_reproduced_stage_by_stage(tmp_path: Path) -> None:
    found = hours(planned(seven_billion(), tmp_path))
    found["judges"] = found["judge:llama"] + found["judge:qwen"]
    for stage, said in PAPER.items():
        assert found[stage] == pytest.approx(said, rel=0.01), stage


def test_the_total_is_within_five_percent_of_the_papers(tmp_path: Path) -> None:
    made = planned(seven_billion(), tmp_path).as_json()
    assert made["total_gpu_hours"] == pytest.approx(sum(PAPER.values()), rel=0.05)
    assert made["device"] == "A100"
    assert made["totals"]["jobs"] == sum(stage["jobs"] for stage in made["stages"])


def test_what_the_calibration_implies_is_plausible() -> None:
    """Long answers of a reasoning labeler, short ones of judges; three groups drawn for one."""
    assert 5_000 < calibration.TOKENS["labeler"] < 32_768
    assert calibration.TOKENS["judge"] < calibration.TOKENS["generator"] < 4_096
    assert 1 < calibration.DRAWS < 5
    assert calibration.SAMPLING < calibration.UPDATE < 5 * calibration.SAMPLING


def test_hours_follow_the_models_size_and_the_samples(tmp_path: Path) -> None:
    small = hours(planned(seven_billion(), tmp_path))
    student = {"source": "Qwen/Qwen2.5-32B", "max_tokens": 8192, "max_model_tokens": 10240}
    large = hours(planned(seven_billion(student=student, labels={"samples": 16}), tmp_path))
    assert large["difficulty"] / small["difficulty"] == pytest.approx(32 / 7)
    assert large["label"] / small["label"] == pytest.approx(2)
    assert large["generate"] == small["generate"]


def test_a_control_arm_is_paid_for_but_is_not_the_method(tmp_path: Path) -> None:
    config = load("micro+full", {"student": {"source": "Qwen/Qwen2.5-7B"}})
    made = planned(config, tmp_path)
    assert made.total("hours") > made.total("hours", method=True) > 0
    assert next(one for one in made.stages if one.stage == "train:extended").method is False


@pytest.mark.parametrize(
    ("model", "size"),
    [
        ("Qwen/Qwen2.5-7B", 7),
        ("meta-llama/Llama-3.3-70B-Instruct", 70),
        ("Qwen/Qwen3-30B-A3B", 3),
        ("HuggingFaceTB/SmolLM2-135M-Instruct", 0.135),
        ("Skywork/Skywork-OR1-Math-7B", 7),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-1.5B", 1.5),
        ("my-model", None),
    ],
)
def test_a_models_size_is_read_from_its_name(model: str, size: float | None) -> None:
    assert billions(model) == size


def test_assumptions_are_noted(tmp_path: Path) -> None:
    config = load("micro+full", {"student": {"source": "someone/secret"}})
    assert any("someone/secret" in note for note in planned(config, tmp_path).notes)


@pytest.mark.parametrize(
    ("name", "content", "rows"),
    [
        ("a.json", '[\n{"problem": "1 + 1"},\n{"problem": "1 + 2"}\n]\n', 2),
        ("b.json", '{"problem": "1 + 1"}\n{"problem": "1 + 2"}\n', 2),
        ("c.jsonl", '{"problem": "1 + 1"}\n\n{"problem": "1 + 2"}\n', 2),
        ("d.csv", "problem,answer\n1 + 1,2\n", 1),
        ("e.tsv", "problem\tanswer\n1 + 1\t2\n", 1),
        ("folder/train.jsonl", '{"problem": "1 + 1"}\n', 1),
        ("broken.jsonl", "{", 12_000),
    ],
)
def test_rows_of_a_file_are_counted(name: str, content: str, rows: int, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(content)
    source = str(tmp_path / name.split("/")[0])
    config = load("nano", {"seed_set": {"source": source, "columns": {"category": None}}})
    [stage] = [one for one in planned(config, tmp_path).stages if one.stage == "seed"]
    assert stage.requests == rows


def test_an_empty_file_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").touch()
    assert rows_of(ProblemSet(source=str(tmp_path / "empty.jsonl"))) == 0
    config = load("nano", {"seed_set": {"source": str(tmp_path / "empty.jsonl")}})
    assert not planned(config, tmp_path).notes


def test_a_broken_budget_report_does_not_fail_the_plan(tmp_path: Path) -> None:
    write_json(tmp_path / "data/round1/budget.json", {"Algebra": {"asked": 10, "drawn": 5}})
    (tmp_path / "data/config.json").write_text('{"preset": "nano"}')
    assert Project("nano", tmp_path).drawn() == 0.5
    (tmp_path / "data/round1/budget.json").write_text("{")
    assert Project("nano", tmp_path).drawn() == 1.0


class TestMeasured:
    """Measurements of stages replace the calibration."""

    def project(self, folder: Path, *entries: Entry) -> Project:
        (folder / "data").mkdir()
        (folder / "data/config.json").write_text(json.dumps({"preset": "micro"}))
        for number, entry in enumerate(entries):
            write_json(folder / f"logs/cost/{number}.json", vars(entry))
        return Project("micro", folder)

    def entry(self, stage: str, completions: int, seconds: float, **values: Any) -> Entry:
        base = {"finished": True, "completions": completions, "requests": completions}
        return Entry("micro", stage, "out", "NVIDIA H100", 2, seconds, **{**base, **values})

    def test_a_started_stage_is_planned_at_its_own_rate(self, tmp_path: Path) -> None:
        """One of 64 shards took two GPUs for an hour; so the stage will take 128 GPU-hours."""
        begun = self.entry("generate", 1_000_000 // 64, 3600, completion_tokens=15_625 * 500)
        made = plan(seven_billion(), self.project(tmp_path, begun))
        [stage] = [one for one in made.stages if one.stage == "generate"]
        assert stage.hours == pytest.approx(128, rel=0.01)
        assert stage.completion_tokens == pytest.approx(500_000_000, rel=0.01)
        assert made.device == "NVIDIA H100"

    def test_other_stages_are_corrected_by_the_measured_speed(self, tmp_path: Path) -> None:
        half = self.entry("generate", 15_625, 1940 / 64 / 2 * 3600 / 2)
        made = hours(plan(seven_billion(), self.project(tmp_path, half)))
        assert made["label"] == pytest.approx(4608 / 2, rel=0.02)
        assert made["train:sws"] == pytest.approx(9543, rel=0.02)  # training was not measured

    def test_measurements_of_another_preset_are_ignored(self, tmp_path: Path) -> None:
        self.project(tmp_path, self.entry("generate", 10, 1e6))
        config = load("nano")
        assert plan(config, Project("nano", tmp_path)).device == "A100"

    def test_cost_compares_actual_with_planned(self, tmp_path: Path) -> None:
        killed = self.entry("generate", 40, 36, finished=False)
        again = self.entry("generate", 60, 72, cached=40)
        compared = cost(seven_billion(), self.project(tmp_path, killed, again))
        [row] = [row for row in compared["stages"] if row["stage"] == "generate"]
        assert row["planned"]["completions"] == 1_000_000
        assert row["actual"]["completions"] == 100
        assert row["actual"]["hours"] == pytest.approx(2 * 108 / 3600)
        assert (row["processes"], row["lost_processes"], row["from_cache"]) == (1, 1, 40)

    def test_what_was_spared_is_counted(self, tmp_path: Path) -> None:
        label = self.entry("label", 60, 72, not_drawn=36)
        judge = self.entry("judge:kind", 60, 72, not_asked=1200)
        compared = cost(seven_billion(), self.project(tmp_path, label, judge))
        spared = {row["stage"]: (row["not_asked"], row["not_drawn"]) for row in compared["stages"]}
        assert spared["label"] == (0, 36) and spared["judge:kind"] == (1200, 0)
        assert spared_in_words(compared).startswith("1,200 requests were not made and 36 samples")
        assert spared_in_words(cost(seven_billion(), Project("micro", tmp_path / "none"))) == ""

    def test_stages_without_a_record_are_named(self, tmp_path: Path) -> None:
        """Of tables that came from another machine, or by `dvc pull`, the ledger is not there."""
        for folder in ("some", "all"):
            (tmp_path / folder).mkdir()
        nothing = cost(seven_billion(), Project("micro", tmp_path / "none"))
        assert unrecorded_in_words(nothing) == ""  # the caller says that
        stages = [row["stage"] for row in nothing["stages"] if row["stage"] != "config"]
        some = [self.entry(stage, 1, 60) for stage in stages if stage != "label"]
        said = unrecorded_in_words(cost(seven_billion(), self.project(tmp_path / "some", *some)))
        assert said.endswith(f"of 1 of {len(stages)} stages there is no record here (label).")
        every = [*some, self.entry("label", 1, 60)]
        whole = cost(seven_billion(), self.project(tmp_path / "all", *every))
        assert unrecorded_in_words(whole) == ""

    def test_a_control_at_equal_cost_makes_more_steps(self, tmp_path: Path) -> None:
        """600 steps took an hour; `sws` took that, half an hour of synthesis, and a killed try."""
        hours = {"train:extended": 1, "train:sws": 1, "judge:kind": 0.25, "difficulty": 0.25}
        entries = [self.entry(stage, 0, 3600 * each) for stage, each in hours.items()]
        entries += [self.entry("label", 0, 1800, finished=False), self.entry("label", 0, 0)]
        branch = self.entry("difficulty", 0, 3600)
        branch.out = "data/round1-random/difficulty/00.json"
        found = cost(seven_billion(), self.project(tmp_path, *entries, branch))["equal_cost"]
        assert (found["steps"], found["equal_steps"]) == (600, 1200)
        assert "arms: {steps: {extended: 1200}}" in in_words(found)
        config = load("qwen2.5-7b", {"arms": {"steps": {"extended": found["equal_steps"]}}})
        assert config.training_of("extended").steps == 1200

    def test_on_a_cpu_equal_cost_is_that_of_the_processor(self, tmp_path: Path) -> None:
        """The control waited for other programs, which is no reason to give it fewer steps."""
        spent = {"train:extended": (10, 1), "train:sws": (1, 1), "difficulty": (1, 0.5)}
        entries = [
            self.entry(stage, 0, 3600 * waited, processor_seconds=3600 * worked)
            for stage, (waited, worked) in spent.items()
        ]
        for entry in entries:
            entry.device, entry.gpus = "cpu", 0
        found = cost(seven_billion(), self.project(tmp_path, *entries))["equal_cost"]
        assert (found["extended_hours"], found["sws_hours"]) == pytest.approx((1, 1.5))
        assert found["equal_steps"] == 900

    def test_before_both_arms_are_trained_there_is_no_equal_cost(self, tmp_path: Path) -> None:
        only = self.project(tmp_path, self.entry("train:sws", 0, 3600))
        assert cost(seven_billion(), only)["equal_cost"] is None

    def test_an_entry_of_an_earlier_version_still_counts(self, tmp_path: Path) -> None:
        project = self.project(tmp_path)
        old = vars(self.entry("label", 60, 72))
        del old["not_asked"], old["not_drawn"]
        write_json(tmp_path / "logs/cost/old.json", old)
        assert [entry.completions for entry in project.ledger()] == [60]

    def test_the_branch_of_the_arm_random_is_counted_separately(self, tmp_path: Path) -> None:
        """Its synthesis costs as much again, and is a control, not the method."""
        both = {"arms": {"names": ["sws", "random"], "training": {"steps": 600}}}
        entries = [self.entry("generate", 15_625, 3600), self.entry("generate", 15_625, 7200)]
        entries[1].out = "data/round1-random/candidates/00.json"
        made = {
            one.stage: one
            for one in plan(seven_billion(**both), self.project(tmp_path, *entries)).stages
        }
        assert made["generate"].hours == pytest.approx(128, rel=0.01)
        assert made["random/generate"].hours == pytest.approx(256, rel=0.01)
        assert (made["generate"].method, made["random/generate"].method) == (True, False)

    def test_a_shard_that_ran_twice_counts_once(self, tmp_path: Path) -> None:
        again = [self.entry("verdicts", 0, 36) for _ in range(2)]
        for entry in again:
            entry.out = "data/round1/verdicts/00.json"
        made = plan(seven_billion(shards=2), self.project(tmp_path, *again))
        [stage] = [one for one in made.stages if one.stage == "verdicts"]
        assert stage.basis == "measured on 1 of 2 jobs"

    def test_kept_shares_are_measured(self, small_run: Any, tmp_path: Path) -> None:
        data = tmp_path / "data" / "round1"
        data.mkdir(parents=True)
        (data / "screened").symlink_to(small_run.folder / "screened")
        (tmp_path / "data/config.json").write_text('{"preset": "nano"}')
        screened = Project("nano", tmp_path).share("screened/*", 0.5)
        kept = json.loads(small_run.summary.read_text())["funnel"][1]
        assert screened == pytest.approx(kept["kept"] / kept["rows"])


@pytest.mark.parametrize(
    ("preset", "overrides"),
    [
        ("nano", {}),
        ("nano+random", {"rounds": 2}),
        ("nano+selection", {}),
        ("nano", {"arms": {"names": ["extended"]}}),
        ("nano+frugal+staged", {}),
        ("nano+frugal+random", {"rounds": 2}),
    ],
)
def test_stages_are_those_of_the_graph(
    preset: str, overrides: dict[str, Any], tmp_path: Path
) -> None:
    """The plan's jobs are Snakemake's own, by rule."""
    from sws.workflow.graph import jobs

    config = load(preset, overrides)
    counted: dict[str, int] = {}
    for job in jobs({**overrides, "preset": preset}, Path(__file__).parents[2]):
        counted[job.rule] = counted.get(job.rule, 0) + 1
    planned: dict[str, int] = {}
    for work in Workload(config, Project(preset, tmp_path)).stages():
        rule = work.stage.removeprefix("random/").partition(":")[0]
        planned[rule] = planned.get(rule, 0) + work.jobs
    assert planned == counted


def test_servers_that_shards_share_are_weighed(tmp_path: Path) -> None:
    """64 starts of a 70B model on four GPUs, and 64 times the wait for the longest answer."""
    (alone,) = (note for note in planned(seven_billion(), tmp_path).notes if "labeler" in note)
    assert "64 starts of vLLM" in alone and "cheaper with roles.labeler.servers: 1" in alone
    labeler = {
        "engine": "vllm",
        "model": "Skywork/Skywork-OR1-Math-7B",
        "max_tokens": 32768,
        "servers": 2,
    }
    roles = {"generator": LLAMA, "judges": {"strict": None, "kind": None, "llama": LLAMA}}
    served = planned(seven_billion(roles={**roles, "labeler": labeler}), tmp_path)
    (shared,) = (note for note in served.notes if "labeler" in note)
    assert "2 servers a round" in shared and shared.endswith("as configured")
    assert {stage.stage: stage.jobs for stage in served.stages}["serve"] == 2


def test_a_server_for_one_shard_saves_nothing(tmp_path: Path) -> None:
    assert not any("start" in note for note in planned(seven_billion(shards=1), tmp_path).notes)
