# S²R, a method of its own: a student that verifies and corrects itself. `snakemake self_verify`.


rule attempts:
    input:
        seed_set="data/seed.json",
        source=(
            "data/round1/training/initial/rollouts.json"
            if CONFIG.self_verify.trajectories.attempts == "rollouts"
            else BASE
        ),
    output:
        manifest="data/self_verify/attempts.json",
        table="data/self_verify/attempts.parquet",
    log:
        "logs/self_verify/attempts.log",
    benchmark:
        "logs/benchmarks/self_verify/attempts.tsv"
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


rule self_verify:
    input:
        "data/self_verify/trajectories.json",
