-- The tree of accounts, who may log in, the secrets of the server, and configuration.
-- Times are Unix milliseconds UTC, booleans 0 or 1. "version" holds the value of versions(kind) at the write, so that a process reads only what is new.

CREATE TABLE accounts (
  id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  parent_id        TEXT COLLATE "C" REFERENCES accounts (id),
  path             TEXT COLLATE "C" NOT NULL,                  -- /master/child/, its own id last: what lies below is a range of texts
  name             TEXT COLLATE "C" NOT NULL,
  name_key         TEXT COLLATE "C" NOT NULL,                  -- lower case, letters and digits only
  realm            TEXT COLLATE "C" NOT NULL,                  -- lower case
  is_reseller      SMALLINT         NOT NULL DEFAULT 0,
  superduper_admin SMALLINT         NOT NULL DEFAULT 0,
  allow_additions  SMALLINT         NOT NULL DEFAULT 0,
  enabled          SMALLINT         NOT NULL DEFAULT 1,
  document         TEXT COLLATE "C" NOT NULL,                  -- what users keep with it, unknown keys among it
  created          BIGINT           NOT NULL,
  modified         BIGINT           NOT NULL,
  revision         BIGINT           NOT NULL,
  version          BIGINT           NOT NULL,
  deleted          SMALLINT         NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX accounts_name_key ON accounts (name_key) WHERE deleted = 0;
CREATE UNIQUE INDEX accounts_realm ON accounts (realm) WHERE deleted = 0;
CREATE UNIQUE INDEX accounts_one_master ON accounts ((parent_id IS NULL)) WHERE parent_id IS NULL;
CREATE INDEX accounts_path ON accounts (path);
CREATE INDEX accounts_version ON accounts (version);

CREATE TABLE users (
  id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  account_id       TEXT COLLATE "C" NOT NULL REFERENCES accounts (id),
  username         TEXT COLLATE "C",                           -- lower case; a user without one cannot log in
  priv_level       TEXT COLLATE "C" NOT NULL,
  enabled          SMALLINT         NOT NULL DEFAULT 1,
  document         TEXT COLLATE "C" NOT NULL,
  md5_lookup       BIGINT,                                     -- 4 bytes of an HMAC of the wire credential, which names no user
  md5_hash         TEXT COLLATE "C",                               -- password hash over the MD5 wire credential
  sha_lookup       BIGINT,
  sha_hash         TEXT COLLATE "C",
  stamp            TEXT COLLATE "C" NOT NULL,                  -- changes whenever tokens must end
  created          BIGINT           NOT NULL,
  modified         BIGINT           NOT NULL,
  revision         BIGINT           NOT NULL,
  version          BIGINT           NOT NULL,                  -- of kind tokens
  deleted          SMALLINT         NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX users_username ON users (account_id, username) WHERE deleted = 0 AND username IS NOT NULL;
CREATE INDEX users_md5 ON users (account_id, md5_lookup) WHERE deleted = 0;
CREATE INDEX users_sha ON users (account_id, sha_lookup) WHERE deleted = 0;
CREATE INDEX users_version ON users (version);

CREATE TABLE api_keys (
  account_id       TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES accounts (id),
  lookup           TEXT COLLATE "C" NOT NULL UNIQUE,           -- HMAC of the key: finds it without holding it
  protected        TEXT COLLATE "C" NOT NULL,                  -- encrypted, to be shown again
  stamp            TEXT COLLATE "C" NOT NULL,
  created          BIGINT           NOT NULL,
  version          BIGINT           NOT NULL                   -- of kind tokens
);
CREATE INDEX api_keys_version ON api_keys (version);

CREATE TABLE revoked_tokens (
  jti              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  expires          BIGINT           NOT NULL                   -- afterwards the token is refused anyway, and the row goes
);
CREATE INDEX revoked_tokens_expires ON revoked_tokens (expires);

CREATE TABLE secret_keys (
  id               TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  purpose          TEXT COLLATE "C" NOT NULL,
  wrapped          TEXT COLLATE "C" NOT NULL,                  -- AES-GCM under the master key, which is not in this database
  created          BIGINT           NOT NULL
);
CREATE UNIQUE INDEX secret_keys_purpose ON secret_keys (purpose);

CREATE TABLE data_protection_keys (
  position         INTEGER          NOT NULL PRIMARY KEY,
  name             TEXT COLLATE "C" NOT NULL,
  xml              TEXT COLLATE "C" NOT NULL                   -- the key inside is wrapped by the master key
);

CREATE TABLE config_documents (
  scope            TEXT COLLATE "C" NOT NULL,                  -- system, or an account's id
  id               TEXT COLLATE "C" NOT NULL,
  document         TEXT COLLATE "C" NOT NULL,                  -- ordered text: the order of converters and classifiers is meaning
  revision         BIGINT           NOT NULL,
  modified         BIGINT           NOT NULL,
  PRIMARY KEY (scope, id)
);
