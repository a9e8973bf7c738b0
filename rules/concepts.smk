# Chapter 3: the concepts behind the failure set.


rule extract:
    input:
        failures="data/round{round}/failures.json",
        seed_set="data/seed.json",
        student=student_of("extractor"),
    output:
        manifest="data/round{round}/extracted.json",
        table="data/round{round}/extracted.parquet",
    log:
        "logs/round{round}/extract.log",
    resources:
        **hardware("extract"),
    params:
        config=uses("concepts.per_problem"),
        role=role("extractor"),
    shell:
        "sws extract {input.failures} --seed-set {input.seed_set} --student '{input.student}' "
        "--out {output.manifest} --log {log}"


rule concepts:
    input:
        "data/round{round}/extracted.json",
    output:
        manifest="data/round{round}/concepts.json",
        database="data/round{round}/concepts.duckdb",
    log:
        "logs/round{round}/concepts.log",
    group:
        together("blueprints")
    resources:
        **hardware("concepts"),
    params:
        config=uses("concepts.merge_similarity", "roles.embedder"),
    shell:
        "sws concepts {input} --out {output.manifest} --log {log}"
