-- The only way to change tables that can be rebuilt from the journal: writes an entry and applies its changes.
--
-- So state and journal cannot diverge, whatever SQL a login runs. An entry is accepted or rejected as a whole.
-- Version and digest are computed here. A coder may change their own open coding and claim assignments; a
-- supervisor everything but the team, in their own name; the owner everything, in any name (packets).
-- Rows of articles and codebooks have columns that are not journaled, and are written by the caller.

CREATE OR REPLACE FUNCTION record_entry
    (of_subject text, at text, by_person text, what text, undoes int, changes text,
     OUT made_version int, OUT made_digest text) {definer} AS $$
#variable_conflict use_variable
DECLARE
    role text := team_role();
    is_coding boolean := starts_with(of_subject, 'coding:');
    is_remark boolean := starts_with(of_subject, 'remarks:');
    own_id text := substr(of_subject, 8);
    head coding;
    body text;
    previous text;
    told json;
    name text;
    keys jsonb[];
    rows json[];
    key jsonb;
    old jsonb;
    new jsonb;
    found jsonb;
    is_whole boolean;
    written bigint;
    spans text[] := '{{}}';
    is_moved boolean := false;
{begin}
    IF role IS NULL OR (role <> 'owner' AND by_person <> session_user) THEN
        RAISE insufficient_privilege USING MESSAGE = 'nobody writes in the name of another';
    END IF;
    IF role = 'coder' THEN
        IF NOT (of_subject = 'assignments:' || session_user
                OR (is_coding OR is_remark) AND substring(of_subject FROM '[^/]*$') = session_user) THEN
            RAISE insufficient_privilege USING MESSAGE = 'a coder changes their own work only';
        END IF;
        IF what !~ '^[a-z]+([._][a-z]+)*$' OR length(what) > 60
            OR what IN ('coding.recoded', 'coding.carried', 'coding.reopened', 'coding.imported', 'remark.carried') OR what ~ '^(gold|lexicon)[.]' THEN
            RAISE insufficient_privilege USING MESSAGE = 'this change is not a coder''s to make';
        END IF;
        IF octet_length(to_json(changes)::text) > 20000000 OR json_array_length(changes::json) = 0 THEN
            RAISE invalid_parameter_value USING MESSAGE = 'a change of this size is not taken';
        END IF;
        PERFORM expect_readable(changes::json);
    END IF;
    SELECT j.version, j.digest INTO made_version, previous FROM journal j
        WHERE j.subject = of_subject ORDER BY j.version DESC LIMIT 1;
    made_version := coalesce(made_version, 0) + 1;
    IF (what IN ('undo', 'redo')) <> (undoes IS NOT NULL) OR undoes NOT BETWEEN 1 AND made_version - 1 THEN
        RAISE invalid_parameter_value USING MESSAGE = 'there is no such entry to undo';
    END IF;
    -- As json.dumps writes a list in Python, with ensure_ascii=False.
    body := concat('[', to_json(coalesce(previous, '')), ', ', to_json(of_subject), ', ', made_version, ', ',
        to_json(at), ', ', to_json(by_person), ', ', to_json(what), ', ', coalesce(undoes::text, 'null'), ', ',
        to_json(changes), ']');
    made_digest := encode(sha256(convert_to(body, 'UTF8')), 'hex');
    -- The entry comes first: on its number the writers of one subject meet before they touch a row.
    BEGIN
        INSERT INTO journal (subject, version, at, person, what, undoes, changes, digest)
            VALUES (of_subject, made_version, at, by_person, what, undoes, changes, made_digest);
    EXCEPTION WHEN check_violation OR not_null_violation THEN
        -- Without the detail, which tells the entry's place among everybody's.
        RAISE check_violation USING MESSAGE = SQLERRM;
    END;
    IF role = 'coder' THEN
        -- After the entry: whoever else writes this subject has ended by now, and what they left is seen.
        SELECT * INTO head FROM coding c WHERE c.id = own_id FOR NO KEY UPDATE;
        IF head.status <> 'open' THEN
            RAISE insufficient_privilege USING MESSAGE = 'the coding is submitted';
        END IF;
    END IF;
    told := changes;
    -- In their order: new rows of one table that follow each other are one part, every other change is one.
    FOR name, keys, old, rows, is_whole IN
        SELECT c.name, array_agg(c.key ORDER BY c.place), (array_agg(c.old))[1],
            array_agg(c.new ORDER BY c.place), bool_and(jsonb_typeof(c.key) IS NOT DISTINCT FROM 'array'
                AND (c.old IS NOT NULL OR c.new IS NOT NULL)
                AND ARRAY(SELECT json_object_keys(c.entry) ORDER BY 1) = '{{after,before,key,table}}')
        FROM (
            SELECT c.*, count(*) FILTER (WHERE c.begins) OVER (ORDER BY c.place) AS part
            FROM (
                SELECT c.*, c.old IS NOT NULL OR lag(c.old) OVER in_order IS NOT NULL
                    OR c.name IS DISTINCT FROM lag(c.name) OVER in_order AS begins
                FROM ROWS FROM (
                    json_to_recordset(told) AS ("table" text, key jsonb, before jsonb, after json),
                    json_array_elements(told)
                ) WITH ORDINALITY AS c (name, key, old, new, entry, place)
                WINDOW in_order AS (ORDER BY c.place)
            ) c
        ) c
        GROUP BY c.part, c.name ORDER BY c.part
    LOOP
        IF name IS NULL OR is_whole IS NOT true THEN
            RAISE invalid_parameter_value USING MESSAGE = 'a change has no table, no key or no rows';
        END IF;
        FOR key, new IN SELECT * FROM unnest(keys, rows) WHERE role <> 'owner' LOOP
            IF (CASE role
                WHEN 'coder' THEN
                    CASE WHEN is_coding THEN name NOT IN ('coding', 'span', 'event', 'answer')
                        OR key ->> 0 IS DISTINCT FROM own_id
                    WHEN is_remark THEN name <> 'remark' OR key ->> 0 IS DISTINCT FROM session_user
                        OR of_subject IS DISTINCT FROM 'remarks:' || (key ->> 1) || '/' || session_user
                    ELSE name <> 'assignment' OR old IS NOT NULL OR key ->> 1 IS DISTINCT FROM session_user END
                WHEN 'supervisor' THEN name IN ('person', 'retired')
                ELSE false
            END) THEN
                RAISE insufficient_privilege USING MESSAGE = format('%s does not change %s %s', role, name, key);
            END IF;
            IF new ->> 'article' IS NOT NULL THEN
                IF NOT EXISTS (SELECT FROM article a WHERE a.id = new ->> 'article') THEN
                    RAISE foreign_key_violation USING MESSAGE = format('%s %s: there is no such article', name, key);
                END IF;
            END IF;
            IF name IN ('assignment', 'blind') AND new IS NOT NULL THEN
                IF NOT EXISTS (SELECT FROM person p WHERE p.name = new ->> 'coder') THEN
                    RAISE foreign_key_violation USING MESSAGE = format('%s %s: there is no such person', name, key);
                END IF;
            END IF;
            IF name = 'remark'
                AND (session_user <> coalesce(old ->> 'by', session_user) OR session_user <> new ->> 'by') THEN
                RAISE insufficient_privilege USING MESSAGE = 'a remark is of who makes it';
            END IF;
            IF role = 'coder' AND name = 'assignment' AND new ->> 'stage' = 'training' THEN
                RAISE insufficient_privilege USING MESSAGE = 'nobody takes articles for training, whose gold is seen';
            END IF;
            -- One after the last, so that no position is left that the next assignment cannot have.
            IF role = 'coder' AND name = 'assignment' AND (new ->> 'position')::bigint > 1 + coalesce(
                (SELECT max(s."position") FROM assignment s WHERE s.coder = session_user), -1) THEN
                RAISE check_violation USING MESSAGE = 'an assignment comes after the last one';
            END IF;
            IF role = 'coder' AND is_remark AND (new ->> 'end')::bigint > (
                SELECT length(a.text) FROM current_article(new ->> 'article') a) THEN
                RAISE check_violation USING MESSAGE = 'a remark ends behind the text';
            END IF;
            IF role = 'coder' AND NOT is_remark AND '' IN (new ->> 'field', new ->> 'id') THEN
                RAISE check_violation USING MESSAGE = 'a field, a span or an event has no name';
            END IF;
            IF role = 'coder' AND name = 'coding' AND new ->> 'coder' <> session_user THEN
                RAISE check_violation USING MESSAGE = 'a coding is its coder''s';
            END IF;
            IF role = 'coder' AND name = 'coding' AND new ->> 'codebook' <> coalesce(old ->> 'codebook',
                (SELECT j.changes::json -> -1 -> 'key' ->> 0 FROM journal j
                    WHERE j.subject = 'codebooks' ORDER BY j.version DESC LIMIT 1)) THEN
                RAISE SQLSTATE 'CB001' USING MESSAGE = (SELECT j.changes::json -> -1 -> 'key' ->> 0 FROM journal j
                    WHERE j.subject = 'codebooks' ORDER BY j.version DESC LIMIT 1);
            END IF;
            IF name = 'span' AND new IS NOT NULL THEN
                spans := spans || (key ->> 1);
            END IF;
            is_moved := is_moved OR name = 'answer' AND old IS NULL OR name IN ('span', 'event')
                AND old ->> 'position' IS DISTINCT FROM new ->> 'position';
        END LOOP;
        key := keys[1];
        new := rows[1];
        CASE name
            WHEN 'article', 'codebook' THEN NULL;
{tables}
            ELSE
                RAISE invalid_parameter_value USING MESSAGE = format('there is no table %s', name);
        END CASE;
    END LOOP;
    IF role = 'coder' AND is_remark AND (
        SELECT count(*) FROM remark r WHERE r.coder = session_user
            AND r.article = substring(of_subject FROM '^remarks:(.*)/[^/]*$')) > {most_remarks} THEN
        RAISE check_violation USING MESSAGE = 'there are too many remarks';
    END IF;
    IF role = 'coder' AND is_coding THEN
        PERFORM expect_sound(own_id, spans, is_moved);
    END IF;
END $$;

-- Rejects JSON that Python would not read back unchanged: repeated keys, deep nesting, numbers that change.
CREATE OR REPLACE FUNCTION expect_readable(changes json) RETURNS void {definer} AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE part(j, kind, depth) AS (
            SELECT changes, json_typeof(changes), 0
            UNION ALL
            SELECT inner_part.value, json_typeof(inner_part.value), p.depth + 1
            FROM part p, LATERAL (
                SELECT e.value FROM json_each(CASE p.kind WHEN 'object' THEN p.j ELSE '{{}}' END) e
                UNION ALL
                SELECT e.value FROM json_array_elements(CASE p.kind WHEN 'array' THEN p.j ELSE '[]' END) e
            ) inner_part WHERE p.kind IN ('object', 'array') AND p.depth < 20
        )
        SELECT FROM part p WHERE CASE p.kind
            WHEN 'object' THEN p.depth = 20 OR (
                SELECT count(*) <> count(DISTINCT k) FROM json_object_keys(p.j) k)
            WHEN 'array' THEN p.depth = 20
            WHEN 'number' THEN CASE
                WHEN length(p.j::text) > 300 THEN true
                WHEN p.j::text !~ '[.eE]' THEN false
                ELSE abs(p.j::text::numeric) > 9e15
                    OR p.j::text::float8::text::numeric <> p.j::text::numeric END
            ELSE false END
    ) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'a change is not one that can be read back as it is';
    END IF;
END $$;

-- An article with the newest version of its text.
CREATE OR REPLACE FUNCTION current_article(of_article text) RETURNS SETOF article {reader} AS $$
BEGIN
    RETURN QUERY
    SELECT a.id, coalesce(k.text, a.text), coalesce(k.text_sha256, a.text_sha256), a.source,
        CASE WHEN k.article IS NULL THEN a.boilerplate ELSE k.boilerplate END
    FROM article a
    LEFT JOIN correction k ON k.article = a.id
    WHERE a.id = of_article
    ORDER BY k.version::int DESC NULLS LAST LIMIT 1;
END $$;

-- Rejects an inconsistent coding from a coder's login, whatever program wrote it. spans: those just written;
-- is_moved: whether spans or events were added, removed or moved, or answers added.
CREATE OR REPLACE FUNCTION expect_sound(of_coding text, spans text[], is_moved boolean) RETURNS void {definer} AS $$
BEGIN
    IF EXISTS (
        SELECT FROM coding c CROSS JOIN LATERAL current_article(c.article) a
        WHERE c.id = of_coding AND (c.text_sha256 <> a.text_sha256
            OR NOT EXISTS (SELECT FROM codebook b WHERE b.ref = c.codebook))
    ) THEN
        RAISE check_violation USING MESSAGE = 'the coding is of another text or codebook';
    END IF;
    IF EXISTS (
        SELECT FROM span s JOIN coding c ON c.id = s.coding CROSS JOIN LATERAL current_article(c.article) a
        WHERE s.coding = of_coding AND s.id = ANY (spans)
            AND substr(a.text, s.start + 1, s."end" - s.start) <> s.quote
    ) THEN
        RAISE check_violation USING MESSAGE = 'a quote is not what the text has there';
    END IF;
    IF EXISTS (
        SELECT FROM answer a WHERE a.coding = of_coding AND a.event <> ''
            AND NOT EXISTS (SELECT FROM event e WHERE e.coding = a.coding AND e.id = a.event)
    ) THEN
        RAISE check_violation USING MESSAGE = 'an answer is of an event that is not there';
    END IF;
    IF is_moved AND EXISTS (
        SELECT FROM (
            SELECT 'span' AS name, s."position" AS place FROM span s WHERE s.coding = of_coding
            UNION ALL
            SELECT 'event', e."position" FROM event e WHERE e.coding = of_coding
        ) part GROUP BY part.name
        HAVING max(part.place) <> count(*) - 1 OR count(DISTINCT part.place) <> count(*)
    ) THEN
        RAISE check_violation USING MESSAGE = 'the positions of spans or events have gaps';
    END IF;
    IF is_moved AND ((SELECT count(*) FROM span s WHERE s.coding = of_coding) > {most_spans}
        OR (SELECT count(*) FROM event e WHERE e.coding = of_coding) > {most_events}
        OR (SELECT count(*) FROM answer a WHERE a.coding = of_coding) > {most_answers}) THEN
        RAISE check_violation USING MESSAGE = 'the coding has too many spans, events or answers';
    END IF;
END $$;

-- Locks out other writers until the transaction ends, so that rows do not change between reading and writing.
CREATE OR REPLACE FUNCTION hold_journal() RETURNS void {definer} AS $$
DECLARE
    holders text;
{begin}
    IF team_role() IS NULL OR team_role() = 'coder' THEN
        RAISE insufficient_privilege USING MESSAGE = 'only a supervisor holds everybody up';
    END IF;
    LOCK TABLE journal IN SHARE ROW EXCLUSIVE MODE;
EXCEPTION WHEN lock_not_available THEN
    -- A role that may only read is not among them: what it holds stands in nobody's way here.
    SELECT string_agg(DISTINCT a.usename, ', ') INTO holders
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.relation = 'journal'::regclass AND l.granted AND l.mode NOT IN ('AccessShareLock', 'RowShareLock');
    RAISE lock_not_available USING MESSAGE = 'the journal is held by ' || coalesce(holders, 'somebody');
END $$;
