# After the graph: `snakemake publish` uploads the last round as a data set of the Hub. The rule has
# no output, so that it runs whenever it is asked for; `sws publish` sends what has changed.


rule publish:
    input:
        rules.all.input,
    log:
        "logs/publish.log",
    shell:
        "sws publish --log {log}"
