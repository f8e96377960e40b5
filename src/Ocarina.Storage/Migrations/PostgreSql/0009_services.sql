-- Who changed what accounts are billed by, when, and from what to what. Rows are never changed.
CREATE TABLE services_audit (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  account TEXT COLLATE "C" NOT NULL,
  source TEXT COLLATE "C" NOT NULL,
  reason TEXT COLLATE "C" NOT NULL,
  actor TEXT COLLATE "C" NOT NULL,
  document TEXT COLLATE "C" NOT NULL,
  created BIGINT NOT NULL
);
CREATE INDEX services_audit_account ON services_audit (account, id);

-- Every process knows who is billed by which plan: what was written since it last looked is found by its version.
ALTER TABLE service_plans ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE account_services ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
CREATE INDEX service_plans_version ON service_plans (version);
CREATE INDEX account_services_version ON account_services (version);
INSERT INTO versions (kind, value) VALUES ('services', 1);

-- What the numbers of a group look like: some number of it is priced before the carrier names one.
ALTER TABLE group_offers ADD COLUMN pattern TEXT COLLATE "C";
