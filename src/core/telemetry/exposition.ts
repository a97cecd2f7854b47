/** Labels of a series, such as `{ outcome: 'answered' }`. */
export type Labels = Readonly<Record<string, string>>;

/** Figures of one name, a series for each set of labels. */
export interface Family {
  /** Adds to a counter or sets a gauge. */
  add(labels: Labels, value: number): void;
  /** In the text format of Prometheus. */
  render(): string;
}

/** Series of one name at the most; what comes later is counted under `other`. */
const MAX_SERIES = 200;
const MAX_LABEL_CHARACTERS = 100;

/**
 * A counter in the text format 0.0.4 of Prometheus
 * (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
 */
export function createCounter(name: string, help: string): Family {
  const series = createSeries<{ value: number }>(() => ({ value: 0 }));
  return {
    add(labels, value) {
      series.of(labels).value += value;
    },
    render: () => family(name, 'counter', help, () => series.map((labels, { value }) => [name, labels, value])),
  };
}

/** A histogram of seconds, with cumulative buckets. */
export function createHistogram(name: string, help: string, bounds: readonly number[]): Family {
  const series = createSeries(() => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }));
  return {
    add(labels, value) {
      const one = series.of(labels);
      one.sum += value;
      one.count += 1;
      for (const [index, bound] of bounds.entries())
        if (value <= bound) one.counts[index] = (one.counts[index] ?? 0) + 1;
    },
    render: () =>
      family(name, 'histogram', help, () =>
        series
          .map((labels, { counts, sum, count }): Sample[] => [
            ...bounds.map((bound, index): Sample => [
              `${name}_bucket`,
              { ...labels, le: String(bound) },
              counts[index] ?? 0,
            ]),
            [`${name}_bucket`, { ...labels, le: '+Inf' }, count],
            [`${name}_sum`, labels, sum],
            [`${name}_count`, labels, count],
          ])
          .flat(),
      ),
  };
}

/** A figure that is read when it is asked for. */
export function renderGauge(name: string, help: string, samples: readonly (readonly [Labels, number])[]): string {
  return family(name, 'gauge', help, () => samples.map(([labels, value]) => [name, labels, value]));
}

/** As `renderGauge`, for a figure that only grows. */
export function renderCounter(name: string, help: string, value: number): string {
  return family(name, 'counter', help, () => [[name, {}, value]]);
}

type Sample = readonly [name: string, labels: Labels, value: number];

function createSeries<Value>(create: () => Value) {
  const series = new Map<string, { readonly labels: Labels; readonly value: Value }>();
  return {
    of(labels: Labels): Value {
      const bounded = series.size < MAX_SERIES || series.has(labelText(labels)) ? labels : asOther(labels);
      const key = labelText(bounded);
      const known = series.get(key) ?? { labels: bounded, value: create() };
      series.set(key, known);
      return known.value;
    },
    map: <Result>(turn: (labels: Labels, value: Value) => Result): Result[] =>
      [...series.values()].map(({ labels, value }) => turn(labels, value)),
  };
}

function asOther(labels: Labels): Labels {
  return Object.fromEntries(Object.keys(labels).map((name) => [name, 'other']));
}

function family(name: string, type: string, help: string, samples: () => readonly Sample[]): string {
  const lines = samples().map(([sample, labels, value]) => `${sample}${labelText(labels)} ${value}`);
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escapeLabel(value: string): string {
  return value
    .slice(0, MAX_LABEL_CHARACTERS)
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
