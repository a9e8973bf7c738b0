# Chapter 2: a little RL, and the problems it does not help with.


rule failures:
    input:
        rollouts="data/round{round}/training/initial/rollouts.json",
        seed="data/seed.json",
    output:
        manifest="data/round{round}/failures.json",
        table="data/round{round}/failures.parquet",
        weights="data/round{round}/weights.json",
    log:
        "logs/round{round}/failures.log",
    params:
        config=uses("weakness"),
    shell:
        "sws failures {input.rollouts} --seed {input.seed} --out {output.manifest} "
        "--weights {output.weights} --log {log}"
