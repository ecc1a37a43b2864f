            WHEN '{table}' THEN
                IF old IS NULL THEN
                    INSERT INTO {table}
                        SELECT r.* FROM unnest(keys, rows) AS c (key, new),
                            json_populate_record({empty}, c.new) AS r
                        WHERE to_jsonb(r) = '{later}' || c.new::jsonb AND c.key = jsonb_build_array({keys});
                ELSE
                    SELECT to_jsonb(t) INTO found FROM {table} t WHERE {matches} FOR UPDATE;
                    IF found IS DISTINCT FROM '{later}' || old OR key <> jsonb_build_array({old_keys}) THEN
                        RAISE serialization_failure USING MESSAGE = format('%s %s is not as it was', name, key);
                    END IF;
                    IF new IS NULL THEN
                        DELETE FROM {table} t WHERE {matches};
                    ELSE
                        UPDATE {table} t SET {sets} FROM json_populate_record({empty}, rows[1]) AS r
                            WHERE {matches} AND to_jsonb(r) = '{later}' || new AND key = jsonb_build_array({keys});
                    END IF;
                END IF;
                GET DIAGNOSTICS written = ROW_COUNT;
                IF written <> cardinality(keys) THEN
                    RAISE invalid_parameter_value USING MESSAGE = format('%s %s: no row', name, keys);
                END IF;
