# Chapter 5: from candidates to problems worth training on. Every filter keeps a decision a row.


rule screen:
    input:
        candidates=shards_of_wave("candidates"),
        benchmarks="data/benchmarks.json",
        seed_set="data/seed.json",
        earlier=earlier_rounds,
        waves=earlier_waves("screened"),
    output:
        shards_of_wave("screened"),
    log:
        f"logs/round{{round}}/screen{OF_WAVE}.log",
    params:
        config=uses("screening", *(["roles.embedder"] if CONFIG.screening.semantic else [])),
        wave=this_wave,
    shell:
        "sws screen --candidates data/round{wildcards.round}/candidates "
        "--benchmarks {input.benchmarks} --seed-set {input.seed_set} {input.earlier} "
        "--outs data/round{wildcards.round}/screened {params.wave} --log {log}"


rule judge:
    input:
        screened="data/round{round}/screened/{shard}.json",
        student=judge_student,
        server=lambda wildcards: server_of(f"judge:{wildcards.judge}", wildcards),
        earlier=earlier_ratings,
    output:
        manifest="data/round{round}/ratings/{judge}/{shard}.json",
        table="data/round{round}/ratings/{judge}/{shard}.parquet",
    log:
        "logs/round{round}/judge/{judge}/{shard}.log",
    threads: lambda wildcards: threads_of(f"judge:{wildcards.judge}")
    resources:
        **hardware(lambda wildcards: f"judge:{wildcards.judge}"),
    params:
        **({"rule": uses("verdicts", "frugal.judges")} if CONFIG.frugal.judges else {}),
        role=lambda wildcards: role(f"judge:{wildcards.judge}"),
    shell:
        "sws judge {wildcards.judge} {input.screened} {input.earlier} --student '{input.student}' "
        "--server '{input.server}' --out {output.manifest} --log {log}"


rule verdicts:
    input:
        screened="data/round{round}/screened/{shard}.json",
        ratings=expand(
            "data/round{{round}}/ratings/{judge}/{{shard}}.json", judge=CONFIG.roles.judges
        ),
    output:
        manifest="data/round{round}/verdicts/{shard}.json",
        table="data/round{round}/verdicts/{shard}.parquet",
    log:
        "logs/round{round}/verdicts/{shard}.log",
    group:
        together("verdicts")
    params:
        config=uses("verdicts"),
    shell:
        "sws verdicts {input.screened} {input.ratings} --out {output.manifest} --log {log}"


rule label:
    input:
        verdicts="data/round{round}/verdicts/{shard}.json",
        student=student_of("labeler"),
        server=lambda wildcards: server_of("labeler", wildcards),
    output:
        manifest="data/round{round}/labels/{shard}.json",
        table="data/round{round}/labels/{shard}.parquet",
    log:
        "logs/round{round}/label/{shard}.log",
    threads: threads_of("labeler")
    resources:
        **hardware("label"),
    params:
        config=uses("labels", "seed_set.verifier", *frugal("votes")),
        role=role("labeler"),
    shell:
        "sws label {input.verdicts} --student '{input.student}' "
        "--server '{input.server}' --out {output.manifest} --log {log}"


rule difficulty:
    input:
        labels="data/round{round}/labels/{shard}.json",
        student=initial_student,
    output:
        manifest="data/round{round}/difficulty/{shard}.json",
        table="data/round{round}/difficulty/{shard}.parquet",
    log:
        "logs/round{round}/difficulty/{shard}.log",
    benchmark:
        "logs/benchmarks/round{round}/difficulty/{shard}.tsv"
    resources:
        **hardware("difficulty"),
    params:
        config=uses(
            "difficulty", "student", "seed_set.verifier", "seed", *frugal("difficulty", "error")
        ),
    shell:
        "sws difficulty {input.labels} --student {input.student} "
        "--out {output.manifest} --log {log}"


rule augment:
    input:
        seed_set="data/seed.json",
        weights="data/round{round}/weights.json",
        screened=shards_of("screened"),
        labels=shards_of("labels"),
        difficulty=shards_of("difficulty"),
    output:
        manifest="data/round{round}/augmented.json",
        table="data/round{round}/augmented.parquet",
    log:
        "logs/round{round}/augment.log",
    params:
        config=uses("augmented_size", "seed"),
    shell:
        "sws augment --seed-set {input.seed_set} --weights {input.weights} "
        "--screened data/round{wildcards.round}/screened "
        "--labels data/round{wildcards.round}/labels "
        "--difficulty data/round{wildcards.round}/difficulty --out {output.manifest} --log {log}"
