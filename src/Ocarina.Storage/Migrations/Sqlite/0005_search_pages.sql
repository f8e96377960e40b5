-- What a search over carriers found, as it is paged: one row for each question of each caller. A repeated question takes the place of its older run.
CREATE TABLE searches (
  id TEXT NOT NULL PRIMARY KEY,
  owner TEXT NOT NULL,
  run TEXT NOT NULL,
  numbers BIGINT NOT NULL,
  offers BIGINT NOT NULL,
  carriers TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX searches_owner ON searches (owner, made_at, id);
CREATE INDEX searches_expiry ON searches (expires_at);

-- The rows of one run, in pieces: entries is a JSON list of length members, the first of which stands at position.
CREATE TABLE search_pages (
  search TEXT NOT NULL,
  run TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('number', 'offer')),
  position BIGINT NOT NULL,
  length BIGINT NOT NULL,
  entries TEXT NOT NULL,
  PRIMARY KEY (search, run, kind, position)
);
