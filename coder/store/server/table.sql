            WHEN '{table}' THEN
                IF old IS NOT NULL THEN
                    SELECT to_jsonb(t) INTO found FROM {table} t WHERE {matches} FOR UPDATE;
                    IF found IS DISTINCT FROM old OR key <> jsonb_build_array({old_keys}) THEN
                        RAISE serialization_failure USING MESSAGE = format('%s %s is not as it was', name, key);
                    END IF;
                END IF;
                IF new IS NOT NULL THEN
                    r_{table} := json_populate_record(NULL::{table}, entry -> 'after');
                    IF to_jsonb(r_{table}) <> new OR key <> jsonb_build_array({keys}) THEN
                        RAISE invalid_parameter_value USING MESSAGE = format('%s %s is no row', name, key);
                    END IF;
                END IF;
                IF old IS NULL THEN
                    INSERT INTO {table} SELECT r_{table}.*;
                ELSIF new IS NULL THEN
                    DELETE FROM {table} t WHERE {matches};
                ELSIF old <> new THEN
                    UPDATE {table} t SET {sets} WHERE {matches};
                END IF;
