import { describe, expect, it } from 'vitest';
import { createMetricStore } from '../../../src/adapters/sqlite/metric-store.js';
import { creatorIdSchema } from '../../../src/core/ids.js';
import { describeMetricStoreContract } from '../../contracts/metric-store.contract.js';
import { openSubject } from './subject.js';

const open = () =>
  openSubject(({ database, clock }) => ({
    ...createMetricStore(database, clock),
    rows: () => database.all('SELECT 1 FROM metrics UNION ALL SELECT 1 FROM metric_roll_ups').length,
  }));

describeMetricStoreContract('sqlite', open);

describe('metric store on SQLite', () => {
  it('sweeps days that are over from the disk', async () => {
    const subject = await open();
    await subject.port.add(creatorIdSchema.parse('coach'), '20261201', {
      detail: { questions: 1, tokens: 5 },
      rollUp: { questions: 1, tokens: 5 },
    });
    expect(await subject.port.sweep()).toBe(0);
    await subject.advance(8 * 24 * 60 * 60_000);
    expect(await subject.port.sweep()).toBe(2);
    expect(subject.port.rows()).toBe(2);
    await subject.advance(28 * 24 * 60 * 60_000);
    expect(await subject.port.sweep()).toBe(2);
    expect(subject.port.rows()).toBe(0);
  });
});
