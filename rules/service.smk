# Servers that shards share: `roles.NAME.servers` of them for a role, each for its part of the shards.
# Snakemake starts a server together with those who ask it, as one job of a cluster, and stops it
# when they are done; `sws serve` restarts it when it dies.


wildcard_constraints:
    served=r"generator|labeler|judge-[\w.-]+",


rule serve:
    input:
        lambda wildcards: (
            initial_student(wildcards)
            if CONFIG.roles.named(role_of(wildcards)).model == "student"
            else []
        ),
    output:
        service("data/round{round}/servers/{served}/{number}.json"),
    log:
        "logs/round{round}/serve/{served}/{number}.log",
    # It runs beside those who ask it, who are many: what it computes on are GPUs.
    threads: 0
    resources:
        **hardware(lambda wildcards: f"serve:{role_of(wildcards)}"),
    params:
        role=role_of,
    shell:
        # The file is there at once: Snakemake waits for it, the commands for what `sws` writes to it.
        "echo '{{}}' > {output} && "
        "exec sws serve {params.role} --student '{input}' --out {output} --log {log}"
