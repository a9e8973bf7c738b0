# Chapter 7: what it was worth: every student on held-out problems, and one summary.


rule evaluate:
    input:
        student=evaluated_student,
        benchmarks="data/benchmarks.json",
        seed_set="data/seed.json",
        failures="data/round{round}/failures.json",
    output:
        manifest="data/round{round}/evaluation/{arm}.json",
        table="data/round{round}/evaluation/{arm}.parquet",
    log:
        "logs/round{round}/evaluate/{arm}.log",
    benchmark:
        "logs/benchmarks/round{round}/evaluate/{arm}.tsv"
    wildcard_constraints:
        round=NUMBER,
    resources:
        **hardware("evaluate"),
    params:
        config=uses("evaluation", "student", "benchmarks", "seed_set.verifier", "seed"),
    shell:
        "sws evaluate {wildcards.arm} --student {input.student} --benchmarks {input.benchmarks} "
        "--seed-set {input.seed_set} --failures {input.failures} --out {output.manifest} --log {log}"


rule summary:
    input:
        evaluations=expand(final("evaluation/{arm}.json"), arm=STUDENTS),
        seed_set="data/seed.json",
        failures=final("failures.json"),
        weights=final("weights.json"),
        extracted=final("extracted.json"),
        candidates=expand(final("candidates/{shard}.json"), shard=SHARDS),
        screened=expand(final("screened/{shard}.json"), shard=SHARDS),
        verdicts=expand(final("verdicts/{shard}.json"), shard=SHARDS),
        labels=expand(final("labels/{shard}.json"), shard=SHARDS),
        difficulty=expand(final("difficulty/{shard}.json"), shard=SHARDS),
        augmented=final("augmented.json"),
        self_verify="data/self_verify/summary.json" if CONFIG.self_verify.enabled else [],
    output:
        summary="data/summary.json",
        picture="data/summary.svg",
        png=report("data/summary.png", caption="captions/summary.rst", category="Results"),
    log:
        "logs/summary.log",
    params:
        config=uses("evaluation", "rounds", "seed"),
        folder=lambda wildcards, input: str(Path(input.failures).parent),
        self_verify=lambda wildcards, input: (
            f"--self-verify {input.self_verify}" if input.self_verify else ""
        ),
    shell:
        "sws summary {params.folder} --seed-set {input.seed_set} {params.self_verify} "
        "--picture {output.picture} --out {output.summary} --log {log}"


# Not part of `all`: `snakemake report` writes it, and so does `make run`.
rule report:
    input:
        evaluations=expand(final("evaluation/{arm}.json"), arm=STUDENTS),
        runs=expand(final("training/{run}/rollouts.json"), run=TRAINED),
        summary="data/summary.json",
        seed_set="data/seed.json",
        failures=final("failures.json"),
        weights=final("weights.json"),
        concepts=final("concepts.json"),
        candidates=expand(final("candidates/{shard}.json"), shard=SHARDS),
        screened=expand(final("screened/{shard}.json"), shard=SHARDS),
        ratings=expand(
            final("ratings/{judge}/{shard}.json"), judge=CONFIG.roles.judges, shard=SHARDS
        ),
        verdicts=expand(final("verdicts/{shard}.json"), shard=SHARDS),
        labels=expand(final("labels/{shard}.json"), shard=SHARDS),
        difficulty=expand(final("difficulty/{shard}.json"), shard=SHARDS),
        augmented=final("augmented.json"),
    output:
        report("data/report.html", caption="captions/report.rst", category="Report"),
    log:
        "logs/report.log",
    params:
        config=uses("difficulty", "labels", "roles"),
        folder=lambda wildcards, input: str(Path(input.failures).parent),
    shell:
        "sws report {params.folder} --seed-set {input.seed_set} --summary {input.summary} "
        "--out {output} --log {log}"


rule metrics:
    input:
        summary="data/summary.json",
        # The journals lie beside these manifests.
        runs=expand(final("training/{run}/rollouts.json"), run=TRAINED),
    output:
        metrics="data/metrics.json",
        accuracy=report(
            "data/plots/accuracy.csv", caption="captions/accuracy.rst", category="Tables"
        ),
        training=report(
            "data/plots/training.csv", caption="captions/training.rst", category="Tables"
        ),
        funnel=report("data/plots/funnel.csv", caption="captions/funnel.rst", category="Tables"),
    log:
        "logs/metrics.log",
    shell:
        "sws metrics {input.summary} {input.runs} --out {output.metrics} --log {log}"
