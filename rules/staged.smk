# Staged RL, a method of its own: problems graded by scorers, and stages of rising difficulty.
# `snakemake staged`.

POOL = expand("data/staged/pool/{shard}.json", shard=SHARDS)


wildcard_constraints:
    scorer="|".join(STAGED.scorers),
    stage="|".join(stage.name for stage in STAGED.stages),


rule code_set:
    input:
        "data/benchmarks.json",
    output:
        manifest="data/staged/code.json",
        table="data/staged/code.parquet",
    log:
        "logs/staged/code_set.log",
    params:
        config=uses("staged.code", "screening.ngram", "seed"),
    shell:
        "sws code-set --benchmarks {input} --out {output.manifest} --log {log}"


rule pool:
    input:
        problems=("data/seed.json" if STAGED.problems == "seed" else final("augmented.json")),
        code="data/staged/code.json" if STAGED.code else [],
    output:
        manifests=POOL,
    log:
        "logs/staged/pool.log",
    params:
        config=uses("shards", "seed_set.verifier", "staged.problems"),
    shell:
        "sws pool {input.problems} --code '{input.code}' --outs data/staged/pool --log {log}"


rule pass_rates:
    input:
        pool="data/staged/pool/{shard}.json",
        student=scorer_student,
        histories=lambda wildcards: (
            "data/round1/failures.json"
            if STAGED.scorers[wildcards.scorer].by == "histories"
            else []
        ),
    output:
        manifest="data/staged/pass_rates/{scorer}/{shard}.json",
        table="data/staged/pass_rates/{scorer}/{shard}.parquet",
    log:
        "logs/staged/pass_rates/{scorer}/{shard}.log",
    benchmark:
        "logs/benchmarks/staged/pass_rates/{scorer}/{shard}.tsv"
    resources:
        **hardware(lambda wildcards: f"scorer:{wildcards.scorer}"),
    params:
        config=scorer_keys,
    shell:
        "sws pass-rates {wildcards.scorer} {input.pool} --student '{input.student}' "
        "--histories '{input.histories}' --out {output.manifest} --log {log}"


rule levels:
    input:
        pool=POOL,
        rates=expand(
            "data/staged/pass_rates/{scorer}/{shard}.json", scorer=STAGED.scorers, shard=SHARDS
        ),
    output:
        manifest="data/staged/levels.json",
        table="data/staged/levels.parquet",
    log:
        "logs/staged/levels.log",
    params:
        config=uses("staged.levels", "staged.drop", "staged.overlap", "shards", "seed"),
    shell:
        "sws levels --pool data/staged/pool --rates data/staged/pass_rates "
        "--out {output.manifest} --log {log}"


rule train_stage:
    input:
        student=student_before,
        levels="data/staged/levels.json",
    output:
        student="data/staged/training/{stage}/student/student.json",
        rollouts="data/staged/training/{stage}/rollouts.json",
        table="data/staged/training/{stage}/rollouts.parquet",
        metrics="data/staged/training/{stage}/metrics.jsonl",
    log:
        "logs/staged/train/{stage}.log",
    benchmark:
        "logs/benchmarks/staged/train/{stage}.tsv"
    resources:
        **hardware("train"),
    params:
        config=keys_of_stage,
    shell:
        "sws train-stage {wildcards.stage} --student {input.student} --levels {input.levels} "
        "--out {output.rollouts} --log {log}"


rule assess:
    input:
        student=student_assessed,
        benchmarks="data/benchmarks.json",
        seed_set="data/seed.json",
    output:
        manifest="data/staged/evaluation/{learner}.json",
        table="data/staged/evaluation/{learner}.parquet",
    log:
        "logs/staged/assess/{learner}.log",
    benchmark:
        "logs/benchmarks/staged/assess/{learner}.tsv"
    wildcard_constraints:
        learner="|".join(STAGED.students),
    resources:
        **hardware("assess"),
    params:
        config=uses("evaluation", "student", "benchmarks", "staged.code_suffix", "seed"),
    shell:
        "sws assess {wildcards.learner} --student {input.student} "
        "--benchmarks {input.benchmarks} --seed-set {input.seed_set} "
        "--out {output.manifest} --log {log}"


rule compare_stages:
    input:
        evaluations=expand("data/staged/evaluation/{learner}.json", learner=STAGED.students),
        levels="data/staged/levels.json",
        journals=expand(
            "data/staged/training/{stage}/metrics.jsonl",
            stage=[stage.name for stage in STAGED.stages],
        ),
    output:
        "data/staged/summary.json",
    log:
        "logs/staged/compare.log",
    params:
        config=uses("evaluation", "staged.stages", "seed"),
    shell:
        "sws compare-stages {input.evaluations} --levels {input.levels} "
        "--training data/staged/training --out {output} --log {log}"


rule staged:
    input:
        "data/staged/summary.json",
