SELECT f.article, f.start, f."end", f.kind, f.quote, f.decision, f.value, f.proposed,
    CASE WHEN f.value IS NULL AND NOT f.proposed THEN (
        SELECT CAST({listed} AS TEXT)
        FROM answer a LEFT JOIN event e ON e.coding = a.coding AND e.id = a.event
        WHERE a.coding = f.coding AND a.blank IS NULL AND NOT a.proposed
            AND f.id IN (SELECT {items}(a.evidence))
    ) END AS given
FROM (
    SELECT c.article, s.coding, s.id, s.kind, s.start, s."end", s.quote, s.decision,
        CAST(s.value AS TEXT) AS value,
        EXISTS (SELECT 1 FROM candidate k WHERE k.article = c.article
                AND k.id = s.kind || ':' || s.start || '-' || s."end") AS proposed,
        row_number() OVER (PARTITION BY c.article, s.kind, s.start, s."end" ORDER BY s.position) AS nth
    FROM coding c JOIN span s ON s.coding = c.id {of_whom}
        -- As a value, not a join: PostgreSQL then looks each quote up in a table that it has made once.
        AND (s.quote IN (SELECT {items}({quotes}))) IS TRUE
) f WHERE f.nth = 1 ORDER BY f.kind, f.quote
