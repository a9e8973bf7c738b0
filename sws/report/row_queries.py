"""SQL over the views of a round (sws/queries): which rows to show, and what is known of them."""

SEED = """
    CREATE TABLE seed_row AS
    SELECT row_number() OVER () AS place, s.problem_id AS id, s.problem, s.answer, s.category,
           CASE WHEN s.kept THEN 'trained on' ELSE 'seed' END AS stage,
           CASE WHEN NOT s.kept THEN s.reason WHEN f.failed THEN 'failed' ELSE f.reason END
               AS reason,
           s.kept AND coalesce(f.failed, false) AS failed, s.source, s.evidence,
           CASE WHEN s.kept THEN f.accuracies END AS accuracies, f.best, f.slope
    FROM seed AS s
    LEFT JOIN failures AS f ON s.kept AND f.problem_id = s.problem_id
"""
SYNTHETIC = "CREATE TABLE synthetic_row AS FROM synthetic"
#: Failed problems first, then what was published; of the rest a sample that depends on ids alone.
CHOSEN = """
    CREATE TABLE chosen AS SELECT id, kind FROM (
        SELECT id, 'seed' AS kind, CASE WHEN failed THEN 0 ELSE 2 END AS rank FROM seed_row
        UNION ALL
        SELECT candidate_id, 'synthetic', CASE WHEN published THEN 1 ELSE 2 END FROM synthetic_row
    ) ORDER BY rank, md5(id), id LIMIT {limit}
"""
SEED_ROWS = """
    SELECT seed_row.* FROM seed_row
    WHERE id IN (SELECT id FROM chosen WHERE kind = 'seed') ORDER BY category, failed DESC, place
"""
SYNTHETIC_ROWS = """
    SELECT s.candidate_id AS id, s.* EXCLUDE (candidate_id),
           CASE WHEN s.problem = '' THEN c.completion END AS completion
    FROM synthetic_row AS s LEFT JOIN candidates AS c USING (candidate_id)
    WHERE s.candidate_id IN (SELECT id FROM chosen WHERE kind = 'synthetic')
    ORDER BY {order}, s.category, s.candidate_id
"""
CONCEPTS = """
    SELECT c.category, c.name, c.frequency, list(p.problem_id ORDER BY p.problem_id) AS problems
    FROM concepts AS c JOIN problem_concepts AS p USING (concept_id)
    GROUP BY ALL ORDER BY c.category, c.name
"""
