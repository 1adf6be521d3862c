import { readFileSync } from "node:fs";
import { parse } from "yaml";

export interface Query {
  readonly name: string;
  readonly sql: string;
  /** Milliseconds before now at which the time range begins. */
  readonly windowMs: number;
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly rawSql: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: string }[] };
}

export interface AlertRule {
  readonly uid: string;
  readonly title: string;
  readonly for: string;
  readonly keepFiringFor: string;
  readonly annotations: { readonly summary: string; readonly description: string };
  readonly data: readonly {
    readonly relativeTimeRange?: { readonly from: number };
    readonly model: { readonly rawSql?: string };
  }[];
}

const text = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");

export const files = {
  datasource: text("provisioning/datasources/plants.yaml"),
  provider: text("provisioning/dashboards/plants.yaml"),
  dashboard: text("dashboards/plants.json"),
  alerting: text("provisioning/alerting/plants.yaml"),
};
export const dashboard = JSON.parse(files.dashboard) as Dashboard;
export const alertRules = (parse(files.alerting) as { groups: { rules: AlertRule[] }[] }).groups.flatMap(
  ({ rules }) => rules,
);

const dayMs = 24 * 3_600_000;

/** The SQL of every variable, panel and alert rule. */
export const queries: readonly Query[] = [
  ...dashboard.templating.list.map(({ name, query }) => ({
    name: `variable ${name}`,
    sql: query,
    windowMs: dayMs,
  })),
  ...dashboard.panels.flatMap(({ title, targets }) =>
    targets.map(({ rawSql }) => ({ name: `panel ${title}`, sql: rawSql, windowMs: dayMs })),
  ),
  ...alertRules.flatMap(({ title, data }) =>
    data.flatMap(({ model, relativeTimeRange }) =>
      model.rawSql === undefined
        ? []
        : [{ name: `rule ${title}`, sql: model.rawSql, windowMs: (relativeTimeRange?.from ?? 0) * 1_000 }],
    ),
  ),
];

/** The SQL as Grafana sends it at an instant, with these plants selected. */
export function expand({ sql, windowMs }: Query, nowMs: number, plants: readonly number[]): string {
  const literal = (ms: number) => `'${new Date(ms).toISOString()}'`;
  return sql
    .replace(/\$__timeFilter\(([\w.]+)\)/g, `$1 BETWEEN ${literal(nowMs - windowMs)} AND ${literal(nowMs)}`)
    .replaceAll("$__timeFrom()", literal(nowMs - windowMs))
    .replaceAll("$plant", plants.join(", "));
}
