"""SQL over a round: where each row ended, which rows to show, and what is known of them."""

from sws.report.tables import Tables
from sws.store import sql_tables

SEED = """
    CREATE TABLE seed_row AS
    SELECT row_number() OVER () AS place, s.problem_id AS id, s.problem, s.answer, s.category,
           CASE WHEN s.kept THEN 'trained on' ELSE 'seed' END AS stage,
           CASE WHEN NOT s.kept THEN s.reason WHEN f.failed THEN 'failed' ELSE f.reason END
               AS reason,
           s.kept AND coalesce(f.failed, false) AS failed, s.source, s.evidence,
           CASE WHEN s.kept THEN f.accuracies END AS accuracies, f.best, f.slope
    FROM {seed} AS s
    LEFT JOIN {failures} AS f ON s.kept AND f.problem_id = s.problem_id
"""
SYNTHETIC = """
    CREATE TABLE synthetic_row AS
    SELECT s.candidate_id AS id, s.problem_id, s.kept AS screened,
           CASE WHEN NOT s.kept THEN 'screen' WHEN NOT v.kept THEN 'judge'
                WHEN NOT l.kept THEN 'label' WHEN NOT d.kept THEN 'difficulty'
                WHEN a.problem_id IS NULL THEN 'augment' ELSE 'published' END AS stage,
           coalesce(nullif(s.reason, ''), nullif(v.reason, ''), nullif(l.reason, ''),
                    nullif(d.reason, ''), '') AS reason
    FROM {screened} AS s
    LEFT JOIN {verdicts} AS v ON s.kept AND v.problem_id = s.problem_id
    LEFT JOIN {labels} AS l ON v.kept AND l.problem_id = s.problem_id
    LEFT JOIN {difficulty} AS d ON l.kept AND d.problem_id = s.problem_id
    LEFT JOIN (SELECT problem_id FROM {augmented} WHERE source = 'synthetic') AS a
        ON d.kept AND a.problem_id = s.problem_id
"""
#: Failed problems first, then what was published; of the rest a sample that depends on ids alone.
CHOSEN = """
    CREATE TABLE chosen AS SELECT id, kind FROM (
        SELECT id, 'seed' AS kind, CASE WHEN failed THEN 0 ELSE 2 END AS rank FROM seed_row
        UNION ALL
        SELECT id, 'synthetic', CASE stage WHEN 'published' THEN 1 ELSE 2 END FROM synthetic_row
    ) ORDER BY rank, md5(id), id LIMIT {limit}
"""
SEED_ROWS = """
    SELECT seed_row.* FROM seed_row
    WHERE id IN (SELECT id FROM chosen WHERE kind = 'seed') ORDER BY category, failed DESC, place
"""
SYNTHETIC_ROWS = """
    SELECT r.id, r.problem_id, r.stage, r.reason, s.problem, s.category, s.concepts, s.level,
           s.blueprint_id, s.evidence AS screen_evidence, v.evidence AS judge_evidence,
           l.answer, l.vote_share, l.n_votes, l.n_samples, l.low, l.high, l.groups,
           l.evidence AS label_evidence, d.accuracy, d.n_samples AS tries,
           j.ratings, CASE WHEN s.problem = '' THEN c.completion END AS completion
    FROM synthetic_row AS r
    JOIN {screened} AS s ON s.candidate_id = r.id
    LEFT JOIN {verdicts} AS v ON r.screened AND v.problem_id = r.problem_id
    LEFT JOIN {labels} AS l ON v.kept AND l.problem_id = r.problem_id
    LEFT JOIN {difficulty} AS d ON l.kept AND d.problem_id = r.problem_id
    LEFT JOIN (SELECT problem_id, list({{'judge': judge, 'verdict': verdict,
                      'criteria': criteria, 'said': completion}} ORDER BY judge) AS ratings
               FROM {ratings} GROUP BY problem_id) AS j
        ON r.screened AND j.problem_id = r.problem_id
    LEFT JOIN {candidates} AS c ON c.candidate_id = r.id
    WHERE r.id IN (SELECT id FROM chosen WHERE kind = 'synthetic')
    ORDER BY {order}, s.category, r.id
"""
CONCEPTS = """
    SELECT c.category, c.name, c.frequency, list(p.problem_id ORDER BY p.problem_id) AS problems
    FROM concept AS c JOIN problem_concept AS p USING (concept_id)
    GROUP BY ALL ORDER BY c.category, c.name
"""


def sources(tables: Tables) -> dict[str, str]:
    """The tables of a round, by the names that the queries use."""
    own = tables.round
    return {
        "seed": sql_tables([tables.seed_set]),
        "failures": sql_tables([own.failures]),
        "candidates": sql_tables(own.candidates),
        "screened": sql_tables(own.screened),
        "verdicts": sql_tables(own.verdicts),
        "labels": sql_tables(own.labels),
        "difficulty": sql_tables(own.difficulty),
        "augmented": sql_tables([own.augmented]),
        "ratings": sql_tables(tables.ratings),
    }
