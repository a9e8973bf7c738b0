# Chapter 6: RL with verifiable rewards: the initial run, and the arms that start from its student.


rule train:
    input:
        student=start_of_run,
        problems=problems_of_run,
    output:
        student="data/round{round}/training/{run}/student/student.json",
        rollouts="data/round{round}/training/{run}/rollouts.json",
        table="data/round{round}/training/{run}/rollouts.parquet",
        metrics="data/round{round}/training/{run}/metrics.jsonl",
    log:
        "logs/round{round}/train/{run}.log",
    benchmark:
        "logs/benchmarks/round{round}/train/{run}.tsv"
    wildcard_constraints:
        round=NUMBER,
    resources:
        **hardware("train"),
    params:
        config=training_of_run,
    shell:
        "sws train {wildcards.run} --student {input.student} --problems {input.problems} "
        "--out {output.rollouts} --log {log}"


rule select:
    input:
        bank="data/bank.json",
        failures="data/round{round}/failures.json",
        seed_set="data/seed.json",
        weights="data/round{round}/weights.json",
    output:
        manifest="data/round{round}/selected.json",
        table="data/round{round}/selected.parquet",
    log:
        "logs/round{round}/select.log",
    resources:
        **hardware("select"),
    params:
        config=uses("augmented_size", "roles.embedder"),
    shell:
        "sws select {input.bank} --failures {input.failures} --seed-set {input.seed_set} "
        "--weights {input.weights} --out {output.manifest} --log {log}"
