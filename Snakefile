# SwS: weakness-driven problem synthesis, as one graph.
#
#   seed -> initial RL -> rollouts -> failure set -> concepts -> blueprints -> candidates
#   -> screened -> verdicts -> labels -> difficulty -> augmented set -> arms -> evaluation
#
# `snakemake --cores all` runs it all; `--config preset=NAME` chooses another experiment.
from snakemake.exceptions import WorkflowError
from snakemake.utils import min_version

from sws.workflow.single_run import run_alone
from sws.workflow.provenance import keep
from sws.workflow.snakemake_adapter import around_every_run, has_path_prefix

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
include: "rules/staged.smk"


rule all:
    default_target: True
    input:
        "data/config.json",
        "data/summary.json",
        "data/summary.svg",
        "data/metrics.json",
        final("augmented.json"),
        expand(final("training/{arm}/student/student.json"), arm=CONFIG.arms.names),
        "data/self_verify/summary.json" if CONFIG.self_verify.enabled else [],
        "data/staged/summary.json" if CONFIG.staged.enabled else [],


include: "rules/publishing.smk"


# One run in a folder at a time; afterwards, what Snakemake recorded is kept beside the results.
# Also where this is a module of another Snakefile, whose `onstart` and the like come in addition.
around_every_run(workflow, run_alone, keep)

if has_path_prefix(workflow):
    raise WorkflowError(
        "the workflow of sws cannot be moved by `prefix` or `replace_prefix`: its commands name data/ "
        "and cache/. To do: run it in a folder of its own (snakemake --directory), or prefix the names "
        "of its rules: use rule * from sws as sws_*"
    )
