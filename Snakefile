# SwS: weakness-driven problem synthesis, as one graph.
#
#   seed -> initial RL -> rollouts -> failure set -> concepts -> blueprints -> candidates
#   -> screened -> verdicts -> labels -> difficulty -> augmented set -> arms -> evaluation
#
# `snakemake --cores all` runs it all; `--config preset=NAME` chooses another experiment.
from snakemake.utils import min_version

from sws.workflow.single_run import run_alone
from sws.workflow.provenance import keep

min_version("9.20")

# Used only with `--software-deployment-method apptainer`; containers/sws.def builds it.


container: "containers/sws.sif"


# `snakemake --report report.html` collects the results that the rules mark.
report: "rules/captions/workflow.rst"


include: "rules/common.smk"
include: "rules/seed.smk"
include: "rules/weakness.smk"
include: "rules/concepts.smk"
include: "rules/service.smk"
include: "rules/synthesis.smk"
include: "rules/filtering.smk"
include: "rules/training.smk"
include: "rules/evaluation.smk"
include: "rules/self_verify.smk"


rule all:
    default_target: True
    input:
        "data/config.json",
        "data/summary.json",
        "data/summary.svg",
        "data/metrics.json",
        final("augmented.json"),
        expand(final("training/{arm}/student/student.json"), arm=CONFIG.arms.names),


include: "rules/publishing.smk"


onstart:
    run_alone()


onsuccess:
    keep()


onerror:
    keep()
