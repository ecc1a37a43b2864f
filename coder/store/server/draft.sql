-- Functions with which a login reads and writes its own drafts: comments that were begun and not sent.
--
-- Nobody has a right on the table, supervisors included. Each function touches rows of SESSION_USER only.

CREATE OR REPLACE FUNCTION own_draft() RETURNS SETOF draft {reader} AS $$
{begin}
    RETURN QUERY SELECT * FROM draft d WHERE d.by = session_user;
END $$;

-- An empty text removes the draft unless another window of the same person has changed it meanwhile.
CREATE OR REPLACE FUNCTION keep_draft(at_place text, before text, after text) RETURNS void {definer} AS $$
{begin}
    IF after = '' THEN
        DELETE FROM draft d WHERE d.by = session_user AND d.place = at_place AND d.text = before;
        RETURN;
    END IF;
    UPDATE draft d SET text = after WHERE d.by = session_user AND d.place = at_place;
    IF FOUND THEN
        RETURN;
    END IF;
    IF (SELECT count(*) FROM draft d WHERE d.by = session_user) >= {most_remarks} THEN
        RAISE invalid_parameter_value USING MESSAGE = 'there are too many unfinished comments';
    END IF;
    INSERT INTO draft (by, place, text) VALUES (session_user, at_place, after);
END $$;
