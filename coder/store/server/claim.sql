-- Returns the next article for a coder who claims one, locked against other claims until the transaction ends.

CREATE OR REPLACE FUNCTION unclaimed_article(who text) RETURNS text {definer} AS $$
DECLARE
    patience int := 200;
    fewest bigint;
    chosen text;
    others bigint;
{begin}
    IF who IS DISTINCT FROM session_user AND coalesce(team_role(), '') NOT IN ('owner', 'supervisor') THEN
        RAISE insufficient_privilege USING MESSAGE = 'a coder claims articles for nobody else';
    END IF;
    -- Whole tables are read here, whatever is in them, which these do fastest. They hold until the function ends.
    PERFORM set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
        set_config('work_mem', '64MB', true);
    LOOP
        SELECT min(coalesce(s.coders, 0)) INTO fewest {free};
        EXIT WHEN fewest IS NULL;
        SELECT a.id, coalesce(s.coders, 0) INTO chosen, others {free} {fewest_first}
            FOR NO KEY UPDATE OF a SKIP LOCKED;
        -- Somebody may have got it between the look and the lock; the next look sees that.
        CONTINUE WHEN others <> (SELECT count(*) FILTER (WHERE s.article = chosen) FROM assignment s);
        EXIT WHEN others = fewest;
        -- Those that fewest have are just being claimed: soon they are had by more, and the choice is fair.
        patience := patience - 1;
        EXIT WHEN patience < 0 AND chosen IS NOT NULL;
        IF patience < -1000 THEN
            RAISE lock_not_available USING MESSAGE = 'all articles that are left are just being claimed';
        END IF;
        PERFORM pg_sleep(0.005);
    END LOOP;
    RETURN chosen;
END $$;
