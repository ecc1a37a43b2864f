-- Functions with which a login reads its own part of the tables with people's work.
--
-- A coder has no rights on these tables. Each function belongs to the owner, returns rows of SESSION_USER only
-- and has no parameter but an article, so that no plan, statistic or condition of the caller ever touches
-- somebody else's row: a plan shows only the function itself, which finds its rows by keys that end in the
-- caller's name. No sequential scans, as the statistics of the caller's transaction would then count the rows
-- of everybody. No messages below warnings, as the caller could have plans printed with them. The steps do not
-- depend on what others wrote either, as the caller is told how many pages a function reads, and its time.
-- A serializable transaction is refused, as it shows its caller the pages and rows that it has read.

CREATE OR REPLACE FUNCTION team_role() RETURNS text {reader} AS $$
{begin}
    IF pg_has_role(session_user, current_user, 'MEMBER') THEN
        RETURN 'owner';
    END IF;
    RETURN (
        SELECT p.role FROM person p
        WHERE p.name = session_user AND NOT EXISTS (SELECT FROM retired gone WHERE gone.person = p.name)
    );
END $$;

CREATE OR REPLACE FUNCTION own_assignment() RETURNS TABLE
    (article text, coder text, stage text, "position" int, status text, blind boolean) {reader} AS $$
{begin}
    RETURN QUERY
    SELECT s.article, s.coder, s.stage, s."position", coalesce(c.status, 'open'), b.coder IS NOT NULL
    FROM assignment s
    LEFT JOIN coding c ON c.id = s.article || '/' || s.coder
    LEFT JOIN blind b ON b.article = s.article AND b.coder = s.coder
    WHERE s.coder = session_user;
END $$;

CREATE OR REPLACE FUNCTION own_coding(of_article text) RETURNS SETOF coding {reader} AS $$
{begin}
    RETURN QUERY SELECT * FROM coding c WHERE c.id = of_article || '/' || session_user;
END $$;

CREATE OR REPLACE FUNCTION own_codings() RETURNS SETOF coding {reader} AS $$
{begin}
    RETURN QUERY SELECT * FROM coding c WHERE c.coder = session_user;
END $$;

CREATE OR REPLACE FUNCTION own_span(of_article text) RETURNS SETOF span {reader} AS $$
{begin}
    RETURN QUERY SELECT * FROM span s WHERE s.coding = of_article || '/' || session_user;
END $$;

CREATE OR REPLACE FUNCTION own_event(of_article text) RETURNS SETOF event {reader} AS $$
{begin}
    RETURN QUERY SELECT * FROM event e WHERE e.coding = of_article || '/' || session_user;
END $$;

CREATE OR REPLACE FUNCTION own_answer(of_article text) RETURNS SETOF answer {reader} AS $$
{begin}
    RETURN QUERY SELECT * FROM answer a WHERE a.coding = of_article || '/' || session_user;
END $$;

-- The id of an article's closed gold if the caller was assigned the article for training and has submitted it,
-- else NULL. It does not reveal whose values the gold was made from, and why.
--
-- Every statement runs, whatever the ones before found. Gold is looked up only for who may see it once it is
-- closed; a key of NULL reads nothing.
CREATE OR REPLACE FUNCTION training_gold(of_article text) RETURNS text {reader} AS $$
DECLARE
    own_id text := of_article || '/' || session_user;
    own_status text;
    own_stage text;
    is_withdrawn boolean;
    gold_id text;
    gold_status text;
{begin}
    SELECT c.status INTO own_status FROM coding c WHERE c.id = own_id;
    SELECT s.stage INTO own_stage FROM assignment s WHERE s.article = of_article AND s.coder = session_user;
    SELECT count(*) > 0 INTO is_withdrawn FROM withdrawn w WHERE w.article = of_article;
    IF own_status = 'submitted' AND own_stage = 'training' AND NOT is_withdrawn THEN
        gold_id := of_article || '/gold';
    END IF;
    SELECT g.status INTO gold_status FROM coding g WHERE g.id = gold_id;
    -- Open gold must not be told from none: of this search and the one before, one finds a row, and one does not.
    PERFORM 1 FROM coding c
        WHERE c.id = CASE WHEN gold_status IS NULL THEN own_id ELSE of_article || '/' END;
    RETURN CASE WHEN gold_status = 'submitted' THEN gold_id END;
END $$;

CREATE OR REPLACE FUNCTION gold_coding(of_article text) RETURNS SETOF coding {reader} AS $$
DECLARE
    gold_id text := training_gold(of_article);
{begin}
    RETURN QUERY SELECT (json_populate_record(c, '{{"source": ""}}')).* FROM coding c WHERE c.id = gold_id;
END $$;

CREATE OR REPLACE FUNCTION gold_span(of_article text) RETURNS SETOF span {reader} AS $$
DECLARE
    gold_id text := training_gold(of_article);
{begin}
    RETURN QUERY SELECT * FROM span s WHERE s.coding = gold_id;
END $$;

CREATE OR REPLACE FUNCTION gold_event(of_article text) RETURNS SETOF event {reader} AS $$
DECLARE
    gold_id text := training_gold(of_article);
{begin}
    RETURN QUERY SELECT * FROM event e WHERE e.coding = gold_id;
END $$;

CREATE OR REPLACE FUNCTION gold_answer(of_article text) RETURNS SETOF answer {reader} AS $$
DECLARE
    gold_id text := training_gold(of_article);
{begin}
    RETURN QUERY
    -- Notes that gold keeps are signed with their coders' names.
    SELECT (json_populate_record(a, CASE a.how WHEN 'policy:notes' THEN
        '{{"value": null, "blank": "missing", "comment": "", "taken_from": [], "reason": "", "by": "", "how": "",
        "applied_by": ""}}'::json ELSE
        '{{"comment": "", "taken_from": [], "reason": "", "by": "", "how": "", "applied_by": ""}}'::json END)).*
    FROM answer a WHERE a.coding = gold_id;
END $$;

CREATE OR REPLACE FUNCTION own_aside() RETURNS SETOF aside {reader} AS $$
{begin}
    RETURN QUERY SELECT * FROM aside x WHERE x.coder = session_user;
END $$;

CREATE OR REPLACE FUNCTION own_remark() RETURNS SETOF remark {reader} AS $$
{begin}
    RETURN QUERY SELECT * FROM remark r WHERE r.coder = session_user;
END $$;

-- Does not reveal an entry's position among everybody's; the version also orders the entries of a subject.
CREATE OR REPLACE FUNCTION own_journal(of_subject text) RETURNS TABLE
    ("position" bigint, subject text, version int, at text, person text, what text, undoes int,
     changes text, digest text) {reader} AS $$
{begin}
    IF of_subject <> 'codebooks' AND of_subject <> 'assignments:' || session_user
        AND (of_subject !~ '^(coding|remarks):' OR substring(of_subject FROM '[^/]*$') <> session_user)
    THEN
        RAISE insufficient_privilege USING MESSAGE = 'this part of the journal is not yours';
    END IF;
    RETURN QUERY
    SELECT j.version::bigint, j.subject, j.version, j.at, j.person, j.what, j.undoes, j.changes, j.digest
    FROM journal j WHERE j.subject = of_subject;
END $$;

CREATE OR REPLACE FUNCTION own_times() RETURNS TABLE (subject text, at text) {reader} AS $$
{begin}
    RETURN QUERY
    SELECT j.subject, j.at FROM coding c JOIN journal j ON j.subject = 'coding:' || c.id
    WHERE c.coder = session_user ORDER BY j.at, j.subject, j.version;
END $$;

CREATE OR REPLACE FUNCTION own_words(here text) RETURNS TABLE (quote text) {reader} AS $$
#variable_conflict use_column
{begin}
    RETURN QUERY {own_words};
END $$;

CREATE OR REPLACE FUNCTION own_lessons(here text, quotes json) RETURNS TABLE
    (article text, start int, "end" int, kind text, quote text, decision text, value text, proposed boolean,
     given text) {reader} AS $$
#variable_conflict use_column
{begin}
    RETURN QUERY {own_lessons};
END $$;
