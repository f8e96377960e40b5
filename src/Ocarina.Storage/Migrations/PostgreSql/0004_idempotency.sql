-- Calls that carried an Idempotency-Key: who carries one out, what it has committed, what it answered. Rows go after a day.

CREATE TABLE idempotency_keys (
  id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,           -- SHA-256 of account, method, path and key, hexadecimal: paths are longer than an index takes
  account          TEXT COLLATE "C" NOT NULL,                       -- of the token
  fingerprint      TEXT COLLATE "C" NOT NULL,                       -- SHA-256 of the body, without what may differ between two tries
  owner            TEXT COLLATE "C" NOT NULL,                       -- one run of the call
  lease_until      BIGINT           NOT NULL,                       -- 0 when nobody runs it
  effects          TEXT COLLATE "C" NOT NULL DEFAULT '',            -- a line each, written in the transaction of the change itself
  reply            TEXT COLLATE "C",                                -- encrypted; none while it runs, or when it ended without one
  created          BIGINT           NOT NULL,
  expires          BIGINT           NOT NULL
);
CREATE INDEX idempotency_keys_expires ON idempotency_keys (expires);
