# Where Snakemake looks first. The graph is in workflow/, where deployments from a tag look for it.
# As `include: "workflow/Snakefile"`, whose `default_target` Snakemake would ignore.
workflow.include("workflow/Snakefile", overwrite_default_target=True)
