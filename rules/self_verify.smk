# S²R, a method of its own: a student that verifies and corrects itself. `snakemake self_verify`.


rule attempts:
    input:
        seed_set="data/seed.json",
        source=source_of_attempts,
    output:
        manifest="data/self_verify/attempts.json",
        table="data/self_verify/attempts.parquet",
    log:
        "logs/self_verify/attempts.log",
    benchmark:
        "logs/benchmarks/self_verify/attempts.tsv"
    resources:
        **hardware("attempts"),
    params:
        config=uses(
            "self_verify.trajectories.attempts",
            "self_verify.trajectories.samples",
            "student.prompt_suffix",
            *SAMPLING,
            *VERIFIER,
            "seed",
        ),
        source=lambda wildcards, input: (
            f"--student {input.source}"
            if input.source.endswith("student.json")
            else f"--rollouts {input.source}"
        ),
    shell:
        "sws attempts --seed-set {input.seed_set} {params.source} --out {output.manifest} --log {log}"


rule verifications:
    input:
        attempts="data/self_verify/attempts.json",
        seed_set="data/seed.json",
        student=BASE if CONFIG.roles.verifier.model == "student" else [],
    output:
        manifest="data/self_verify/verifications.json",
        table="data/self_verify/verifications.parquet",
    log:
        "logs/self_verify/verifications.log",
    resources:
        **hardware("verifier"),
    params:
        config=uses("self_verify.phrases", "self_verify.trajectories.form", "self_verify.textbook"),
        role=role("verifier"),
    shell:
        "sws verifications {input.attempts} --seed-set {input.seed_set} "
        "--student '{input.student}' --out {output.manifest} --log {log}"


rule trajectories:
    input:
        verifications="data/self_verify/verifications.json",
        seed_set="data/seed.json",
    output:
        manifest="data/self_verify/trajectories.json",
        table="data/self_verify/trajectories.parquet",
    log:
        "logs/self_verify/trajectories.log",
    params:
        config=uses("self_verify.phrases", "self_verify.trajectories", "seed_set.verifier", "seed"),
    shell:
        "sws trajectories {input.verifications} --seed-set {input.seed_set} "
        "--out {output.manifest} --log {log}"


rule sft:
    input:
        student=BASE,
        trajectories="data/self_verify/trajectories.json",
    output:
        student="data/self_verify/training/sft/student/student.json",
        metrics="data/self_verify/training/sft/metrics.jsonl",
    log:
        "logs/self_verify/sft.log",
    benchmark:
        "logs/benchmarks/self_verify/sft.tsv"
    resources:
        **hardware("train"),
    params:
        config=uses(
            "self_verify.sft",
            "self_verify.phrases",
            "self_verify.max_tokens",
            "student.prompt_suffix",
            "seed",
        ),
    shell:
        "sws fine-tune {input.trajectories} --student {input.student} "
        "--out {output.student} --log {log}"


rule offline:
    input:
        student="data/self_verify/training/sft/student/student.json",
        seed_set="data/seed.json",
    output:
        manifest="data/self_verify/offline.json",
        table="data/self_verify/offline.parquet",
    log:
        "logs/self_verify/offline.log",
    benchmark:
        "logs/benchmarks/self_verify/offline.tsv"
    resources:
        **hardware("attempts"),
    params:
        config=uses(
            "self_verify.offline",
            "self_verify.phrases",
            "self_verify.max_tokens",
            "student.prompt_suffix",
            "student.top_p",
            *VERIFIER,
            "seed",
        ),
    shell:
        "sws offline --student {input.student} --seed-set {input.seed_set} "
        "--out {output.manifest} --log {log}"


# The control `plain` spends the tokens of all that makes the student of the run `outcome`.
SPENT = [
    "data/self_verify/attempts.json",
    "data/self_verify/training/sft/metrics.jsonl",
    "data/self_verify/training/outcome/metrics.jsonl",
]


rule reinforce:
    input:
        student=start_of_level,
        problems=lambda wildcards: (
            "data/self_verify/offline.json" if wildcards.level == "offline" else "data/seed.json"
        ),
        spent=lambda wildcards: SPENT if wildcards.level == "plain" else [],
    output:
        student="data/self_verify/training/{level}/student/student.json",
        rollouts="data/self_verify/training/{level}/rollouts.json",
        table="data/self_verify/training/{level}/rollouts.parquet",
        metrics="data/self_verify/training/{level}/metrics.jsonl",
    log:
        "logs/self_verify/reinforce/{level}.log",
    benchmark:
        "logs/benchmarks/self_verify/reinforce/{level}.tsv"
    wildcard_constraints:
        level="outcome|process|offline|plain",
    resources:
        **hardware("train"),
    params:
        config=lambda wildcards: uses(
            "self_verify.offline" if wildcards.level == "offline" else "self_verify.rl",
            "self_verify.phrases",
            "self_verify.max_tokens",
            "student.prompt_suffix",
            "student.top_p",
            *VERIFIER,
            "seed",
        ),
        spent=lambda wildcards: (
            " ".join(f"--tokens-of {path}" for path in SPENT) if wildcards.level == "plain" else ""
        ),
    shell:
        "sws reinforce {wildcards.level} --student {input.student} --problems {input.problems} "
        "{params.spent} --out {output.rollouts} --log {log}"


rule examine:
    input:
        student=lambda wildcards: (
            BASE
            if wildcards.learner == "base"
            else f"data/self_verify/training/{wildcards.learner}/student/student.json"
        ),
        benchmarks="data/benchmarks.json",
        seed_set="data/seed.json",
    output:
        manifest="data/self_verify/evaluation/{learner}.json",
        table="data/self_verify/evaluation/{learner}.parquet",
    log:
        "logs/self_verify/examine/{learner}.log",
    wildcard_constraints:
        learner="base|sft|outcome|process|offline|plain",
    resources:
        **hardware("examine"),
    params:
        config=uses("evaluation", "student", "benchmarks", "self_verify.max_tokens", "seed"),
    shell:
        "sws examine {wildcards.learner} --student {input.student} "
        "--benchmarks {input.benchmarks} --seed-set {input.seed_set} "
        "--out {output.manifest} --log {log}"


rule compare:
    input:
        evaluations=expand(
            "data/self_verify/evaluation/{learner}.json",
            learner=["base", "sft", *CONFIG.self_verify.runs],
        ),
        benchmarks="data/benchmarks.json",
    output:
        summary="data/self_verify/summary.json",
        picture="data/self_verify/summary.svg",
    log:
        "logs/self_verify/compare.log",
    params:
        config=uses("self_verify.phrases", "benchmarks", "seed"),
    shell:
        "sws compare {input.evaluations} --benchmarks {input.benchmarks} "
        "--picture {output.picture} --out {output.summary} --log {log}"


rule self_verify:
    input:
        "data/self_verify/summary.json",
