-- Money: what accounts are billed by, what was charged, and what is held for orders that are open.
-- Amounts are millionths of the currency's unit: whole, so that sums are exact.

CREATE TABLE service_plans (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  account TEXT COLLATE "C" NOT NULL,
  document TEXT COLLATE "C" NOT NULL,
  created BIGINT NOT NULL,
  modified BIGINT NOT NULL
);
CREATE INDEX service_plans_account ON service_plans (account, id);

-- One row for each account that is billed at all. Whoever spends its credit locks it.
CREATE TABLE account_services (
  account TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  document TEXT COLLATE "C" NOT NULL,
  charged_until BIGINT NOT NULL,
  created BIGINT NOT NULL,
  modified BIGINT NOT NULL
);

-- Once per cause. Rows are never changed; what takes one back is a row of its own.
CREATE TABLE charges (
  id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
  cause TEXT COLLATE "C" NOT NULL,
  payer TEXT COLLATE "C" NOT NULL,
  vendor TEXT COLLATE "C" NOT NULL,
  bookkeeper TEXT COLLATE "C" NOT NULL,
  category TEXT COLLATE "C" NOT NULL,
  item TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL CHECK (kind IN ('activation', 'recurring', 'top_up', 'reversal')),
  period BIGINT NOT NULL,
  quantity BIGINT NOT NULL,
  rate BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  account TEXT COLLATE "C",
  number TEXT COLLATE "C",
  reverses TEXT COLLATE "C",
  created BIGINT NOT NULL
);
CREATE UNIQUE INDEX charges_once ON charges (cause, payer, vendor, bookkeeper, category, item, kind, period);
CREATE INDEX charges_payer ON charges (payer, created, id);
CREATE INDEX charges_balance ON charges (payer, amount);
CREATE INDEX charges_period ON charges (payer, period, category, item);

-- What an open order will charge when it ends well. Goes with the order's end.
CREATE TABLE credit_holds (
  order_id TEXT COLLATE "C" NOT NULL,
  payer TEXT COLLATE "C" NOT NULL,
  vendor TEXT COLLATE "C" NOT NULL,
  bookkeeper TEXT COLLATE "C" NOT NULL,
  category TEXT COLLATE "C" NOT NULL,
  item TEXT COLLATE "C" NOT NULL,
  kind TEXT COLLATE "C" NOT NULL,
  quantity BIGINT NOT NULL,
  rate BIGINT NOT NULL,
  amount BIGINT NOT NULL,
  PRIMARY KEY (order_id, payer, vendor, bookkeeper, category, item, kind)
);
CREATE INDEX credit_holds_payer ON credit_holds (payer);

-- Numbers that an account is buying count as its own.
CREATE INDEX orders_open_account ON orders (account)
  WHERE kind = 'acquire' AND state NOT IN ('done', 'failed', 'pretended');
