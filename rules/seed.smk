# Chapter 1: the configuration on record, held-out benchmarks, the seed set, the base student.


rule config:
    output:
        "data/config.json",
    log:
        "logs/config.log",
    params:
        whole=content_id(uses(*EXPERIMENT)),
    shell:
        "sws config --json --save {output} --log {log}"


rule benchmarks:
    output:
        manifest="data/benchmarks.json",
        table="data/benchmarks.parquet",
    log:
        "logs/benchmarks.log",
    params:
        config=uses("benchmarks", "categories", "seed"),
    shell:
        "sws benchmarks --out {output.manifest} --log {log}"


rule seed:
    input:
        benchmarks="data/benchmarks.json",
        student=BASE if CONFIG.roles.categorizer.model == "student" else [],
    output:
        manifest="data/seed.json",
        table="data/seed.parquet",
    log:
        "logs/seed.log",
    resources:
        **hardware("seed"),
    params:
        config=uses(
            *("seed_set", "categories", "screening.ngram", "screening.near_duplicate", "seed"),
            *(["roles.embedder"] if CONFIG.seed_set.semantic else []),
        ),
        categorizer=role("categorizer"),
    shell:
        "sws seed --benchmarks {input.benchmarks} --student '{input.student}' "
        "--out {output.manifest} --log {log}"


rule bank:
    input:
        "data/benchmarks.json",
    output:
        manifest="data/bank.json",
        table="data/bank.parquet",
    log:
        "logs/bank.log",
    resources:
        **hardware("bank"),
    params:
        config=uses(
            *("bank", "categories", "screening.ngram", "seed"),
            *(["roles.embedder"] if CONFIG.bank.semantic else []),
        ),
    shell:
        "sws bank --benchmarks {input} --out {output.manifest} --log {log}"


rule student:
    input:
        "data/benchmarks.json",
    output:
        BASE,
    log:
        "logs/student.log",
    benchmark:
        "logs/benchmarks/student.tsv"
    params:
        config=uses(
            *("student.source", "student.revision", "student.scratch", "seed"),
            *(["staged.lessons"] if CONFIG.staged.lessons else []),
            *(PRETRAINING if CONFIG.self_verify.pretraining.share else []),
        ),
    shell:
        "sws student --benchmarks {input} --out {output} --log {log}"
