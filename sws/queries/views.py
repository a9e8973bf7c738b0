"""The views of a round in SQL; `open_round` creates them over whatever tables are there.

The tables of the stages come first (`tables.py`); these views join them. Each has a line of
description, which `sws sql .views` prints.
"""

from dataclasses import dataclass

#: How far a candidate came: the filter that rejected it, or where it waits.
_STAGE = """
    CASE WHEN NOT s.kept THEN 'screen' WHEN NOT v.kept THEN 'judge' WHEN NOT l.kept THEN 'label'
         WHEN NOT d.kept THEN 'difficulty' WHEN a.problem_id IS NOT NULL THEN 'augmented'
         WHEN d.kept AND n.augmented > 0 THEN 'augment' ELSE 'waiting' END
"""
_REASON = """
    CASE stage WHEN 'screen' THEN s.reason WHEN 'judge' THEN v.reason WHEN 'label' THEN l.reason
               WHEN 'difficulty' THEN d.reason WHEN 'augment' THEN 'over its category''s budget'
               WHEN 'waiting' THEN 'not decided yet' ELSE '' END
"""
_EVIDENCE = """
    CASE stage WHEN 'screen' THEN s.evidence WHEN 'judge' THEN v.evidence
               WHEN 'label' THEN l.evidence WHEN 'difficulty' THEN d.evidence END
"""


@dataclass(frozen=True)
class View:
    """A view: its query, and what a row of it is."""

    name: str
    row: str
    sql: str


VIEWS = (
    View(
        "problems",
        "a problem of the seed set, of a benchmark, or written from a blueprint and well-formed",
        """
        SELECT problem_id, problem, answer, category, 'seed' AS origin FROM seed WHERE kept
        UNION ALL
        SELECT problem_id, problem, answer, category, 'benchmark' FROM benchmarks
        UNION ALL
        SELECT s.problem_id, s.problem, l.answer, s.category, 'synthetic'
        FROM screened AS s LEFT JOIN labels AS l USING (problem_id) WHERE s.kept
        """,
    ),
    View(
        "accuracy",
        "the accuracy of a problem in an epoch of a training run",
        """
        SELECT run, problem_id, epoch, avg((outcome = 'correct')::INT) AS accuracy,
               count(*) AS rollouts
        FROM rollouts GROUP BY run, problem_id, epoch
        """,
    ),
    View(
        "decisions",
        "the decision of a filter on a row: stage, kept, reason, evidence",
        """
        SELECT 'seed' AS stage, problem_id, category, kept, reason, evidence FROM seed
        UNION ALL
        SELECT 'extract', problem_id, category, kept, reason, evidence FROM extracted
        UNION ALL
        SELECT 'screen', problem_id, category, kept, reason, evidence FROM screened
        UNION ALL
        SELECT 'judge', problem_id, category, kept, reason, evidence FROM verdicts
        UNION ALL
        SELECT 'label', problem_id, category, kept, reason, evidence FROM labels
        UNION ALL
        SELECT 'difficulty', problem_id, category, kept, reason, evidence FROM difficulty
        """,
    ),
    View(
        "synthetic",
        "a candidate with all that became of it: verdicts, ratings, votes, accuracy, last stage",
        f"""
        SELECT s.problem_id, s.candidate_id, s.blueprint_id, s.category, s.level, s.concepts,
               s.problem, l.answer, v.verdicts, r.ratings, l.vote_share, l.n_votes, l.n_samples,
               l.low, l.high, l.groups AS votes, d.accuracy, d.n_samples AS tries,
               d.low AS accuracy_low, d.high AS accuracy_high,
               a.problem_id IS NOT NULL AS published,
               {_STAGE} AS stage, {_REASON} AS reason, {_EVIDENCE} AS evidence
        FROM screened AS s
        CROSS JOIN (SELECT count(*) AS augmented FROM augmented) AS n
        LEFT JOIN verdicts AS v ON s.kept AND v.problem_id = s.problem_id
        LEFT JOIN (
            SELECT problem_id, list({{'judge': judge, 'verdict': verdict, 'criteria': criteria,
                                      'completion': completion}} ORDER BY judge) AS ratings
            FROM ratings GROUP BY problem_id
        ) AS r ON s.kept AND r.problem_id = s.problem_id
        LEFT JOIN labels AS l ON s.kept AND l.problem_id = s.problem_id
        LEFT JOIN difficulty AS d ON s.kept AND d.problem_id = s.problem_id
        LEFT JOIN augmented AS a ON s.kept AND a.problem_id = s.problem_id
        """,
    ),
    View(
        "lineage",
        "a candidate's problem and a failed problem behind it: they share concepts",
        """
        SELECT s.problem_id, s.candidate_id, s.blueprint_id, s.published, s.category,
               f.problem_id AS failed_problem_id, p.problem AS failed_problem,
               p.answer AS failed_answer, f.accuracies, s.shared_concepts
        FROM (
            SELECT y.problem_id, y.candidate_id, y.blueprint_id, y.published, y.category,
                   pc.problem_id AS failed_problem_id, list(c.name ORDER BY c.name)
                   AS shared_concepts
            FROM (SELECT *, unnest(list_distinct(concepts)) AS name FROM synthetic) AS y
            JOIN concepts AS c ON c.category = y.category AND c.name = y.name
            JOIN problem_concepts AS pc ON pc.concept_id = c.concept_id
            GROUP BY ALL
        ) AS s
        JOIN failures AS f ON f.problem_id = s.failed_problem_id AND f.failed
        LEFT JOIN seed AS p ON p.problem_id = f.problem_id AND p.kept
        """,
    ),
    View(
        "funnel",
        "a stage: rows in, rows kept, and the reasons of the others with their counts",
        """
        SELECT stage, count(*) AS rows, count(*) FILTER (WHERE kept) AS kept,
               histogram(reason) FILTER (WHERE NOT kept) AS reasons
        FROM (
            SELECT 'generate' AS stage, true AS kept, '' AS reason FROM candidates
            UNION ALL
            SELECT stage, kept, reason FROM decisions WHERE stage NOT IN ('seed', 'extract')
            UNION ALL
            SELECT 'augment', published, reason FROM synthetic
            WHERE stage IN ('augmented', 'augment')
        )
        GROUP BY stage
        ORDER BY list_position(
            ['generate', 'screen', 'judge', 'label', 'difficulty', 'augment'], stage)
        """,
    ),
)
