# Chapter 2: a little RL, and the problems it does not help with.


rule failures:
    input:
        rollouts=histories_of_round,
        seed_set="data/seed.json",
    output:
        manifest="data/round{round}/failures.json",
        table="data/round{round}/failures.parquet",
        weights="data/round{round}/weights.json",
    log:
        "logs/round{round}/failures.log",
    wildcard_constraints:
        round=NUMBER,
    params:
        # Not of `input`: Snakemake compares no parameter that is derived from it.
        config=lambda wildcards: uses(
            "weakness",
            *departures("budget"),
            *([] if histories_of_round(wildcards) else FOREIGN),
        ),
        source=lambda wildcards, input: input.rollouts or CONFIG.initial_rl.rollouts,
    shell:
        "sws failures {params.source:q} --seed-set {input.seed_set} --out {output.manifest} "
        "--weights {output.weights} --log {log}"


rule control:
    input:
        "data/round{round}/failures.json",
    output:
        manifest="data/round{round}-random/failures.json",
        table="data/round{round}-random/failures.parquet",
        weights="data/round{round}-random/weights.json",
    log:
        "logs/round{round}-random/control.log",
    wildcard_constraints:
        round=NUMBER,
    params:
        config=uses("seed"),
    shell:
        "sws control {input} --out {output.manifest} --weights {output.weights} --log {log}"
