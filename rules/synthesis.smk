# Chapter 4: what to write problems about, and the problems.


rule blueprints:
    input:
        concepts="data/round{round}/concepts.json",
        weights="data/round{round}/weights.json",
        drawn=earlier_budgets,
        survivors=earlier_waves("difficulty"),
    output:
        manifests=shards_of_wave("blueprints"),
        budget=f"data/round{{round}}/budget{OF_WAVE}.json",
    log:
        f"logs/round{{round}}/blueprints{OF_WAVE}.log",
    group:
        together("blueprints")
    params:
        config=uses(
            "blueprints",
            "shards",
            "seed",
            *(["augmented_size", *frugal("waves", "first", "over")] if WAVES > 1 else []),
        ),
        number=lambda wildcards: wildcards.round.split("-")[0],
        wave=waves_before,
    shell:
        "sws blueprints --concepts {input.concepts} --weights {input.weights} "
        "--round {params.number} --outs data/round{wildcards.round}/blueprints "
        "--budget {output.budget} {params.wave} --log {log}"


rule generate:
    input:
        blueprints="data/round{round}/blueprints/{shard}.json",
        student=student_of("generator"),
        server=lambda wildcards: server_of("generator", wildcards),
    output:
        manifest="data/round{round}/candidates/{shard}.json",
        table="data/round{round}/candidates/{shard}.parquet",
    log:
        "logs/round{round}/generate/{shard}.log",
    threads: threads_of("generator")
    resources:
        **hardware("generate"),
    params:
        config=uses("blueprints.candidates"),
        role=role("generator"),
    shell:
        "sws generate {input.blueprints} --student '{input.student}' "
        "--server '{input.server}' --out {output.manifest} --log {log}"
