-- The rights of each login, directly or through a role that it is a member of.
-- Supervisors who own the database are left out, as they may do everything.
-- SELECT is the right to read system columns too, which a right on the whole table includes.
WITH member AS (
    SELECT p.name, CASE WHEN gone.person IS NULL THEN p.role ELSE '' END AS role, as_role.oid AS may_be
    FROM person p
    LEFT JOIN retired gone ON gone.person = p.name
    JOIN pg_roles login ON login.rolname = p.name
    JOIN pg_roles as_role ON pg_has_role(login.oid, as_role.oid, 'MEMBER')
    WHERE gone.person IS NOT NULL OR p.role <> 'supervisor'
        OR NOT pg_has_role(login.oid, (SELECT relowner FROM pg_class WHERE oid = 'journal'::regclass), 'MEMBER')
)
SELECT DISTINCT m.name, m.role, r.word AS right, t.name AS of
FROM member m, unnest(CAST(:tables AS text[])) t(name), unnest(CAST(:rights AS text[])) r(word)
WHERE CASE
    WHEN r.word = 'SELECT' THEN EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = t.name::regclass AND a.attnum < 0
            AND has_column_privilege(m.may_be, a.attrelid, a.attnum, 'SELECT'))
    WHEN r.word = 'SELECT (columns)' THEN has_any_column_privilege(m.may_be, t.name::regclass, 'SELECT')
    WHEN r.word IN ('INSERT', 'UPDATE', 'REFERENCES') THEN has_any_column_privilege(m.may_be, t.name::regclass, r.word)
    ELSE has_table_privilege(m.may_be, t.name::regclass, r.word) END
UNION
SELECT m.name, m.role, 'EXECUTE', f.signature FROM member m, unnest(CAST(:functions AS text[])) f(signature)
WHERE has_function_privilege(m.may_be, to_regprocedure(f.signature), 'EXECUTE')
UNION
SELECT m.name, m.role, 'UPDATE', s.name
FROM member m, pg_get_serial_sequence('journal', 'position') s(name)
WHERE has_sequence_privilege(m.may_be, s.name::regclass, 'USAGE, SELECT, UPDATE')
ORDER BY 1, 4, 3
