-- Alerts of the health rules, the outbox of their messages, and each plant's usual days.

CREATE TABLE $(schema).[plant_alert] (
  alert_id NVARCHAR(64) NOT NULL CONSTRAINT pk_plant_alert PRIMARY KEY,
  -- NULL for an alert about the whole system.
  plant_id INT NULL CONSTRAINT fk_plant_alert_plant REFERENCES $(schema).[plant] (plant_id),
  rule_name NVARCHAR(32) NOT NULL,
  -- Since when the condition holds; started_at is not after fired_at.
  started_at DATETIME2(3) NOT NULL,
  fired_at DATETIME2(3) NOT NULL,
  resolved_at DATETIME2(3) NULL,
  acknowledged_at DATETIME2(3) NULL,
  -- JSON: the facts, by rule.
  detail NVARCHAR(MAX) NOT NULL
);
-- One unresolved alert a plant and rule.
CREATE UNIQUE INDEX uq_plant_alert_firing ON $(schema).[plant_alert] (plant_id, rule_name) WHERE resolved_at IS NULL;
CREATE INDEX ix_plant_alert_resolved_at ON $(schema).[plant_alert] (resolved_at);
GO

CREATE TABLE $(schema).[alert_delivery] (
  alert_delivery_id BIGINT IDENTITY(1, 1) NOT NULL CONSTRAINT pk_alert_delivery PRIMARY KEY,
  alert_id NVARCHAR(64) NOT NULL
    CONSTRAINT fk_alert_delivery_alert REFERENCES $(schema).[plant_alert] (alert_id),
  event NVARCHAR(16) NOT NULL
    CONSTRAINT ck_alert_delivery_event CHECK (event IN (N'fired', N'resolved', N'reminded')),
  notifier NVARCHAR(64) NOT NULL,
  created_at DATETIME2(3) NOT NULL,
  -- NULL once it is delivered or given up.
  due_at DATETIME2(3) NULL,
  delivered_at DATETIME2(3) NULL,
  attempts INT NOT NULL CONSTRAINT df_alert_delivery_attempts DEFAULT 0,
  -- Why the last attempt failed.
  reason NVARCHAR(400) NULL,
  CONSTRAINT uq_alert_delivery UNIQUE (alert_id, event, notifier)
);
CREATE INDEX ix_alert_delivery_due_at ON $(schema).[alert_delivery] (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX ix_alert_delivery_delivered_at ON $(schema).[alert_delivery] (delivered_at);
GO

CREATE TABLE $(schema).[plant_day_profile] (
  plant_id INT NOT NULL CONSTRAINT fk_plant_day_profile_plant REFERENCES $(schema).[plant] (plant_id),
  -- UTC, YYYY-MM-DD.
  profile_date NCHAR(10) NOT NULL,
  -- JSON: half-hour medians and waterings.
  profile NVARCHAR(MAX) NOT NULL,
  CONSTRAINT pk_plant_day_profile PRIMARY KEY (plant_id, profile_date)
);
CREATE INDEX ix_plant_day_profile_date ON $(schema).[plant_day_profile] (profile_date);
