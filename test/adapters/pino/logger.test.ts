import { describe, expect, it } from 'vitest';
import { createLogger, type LoggerOptions } from '../../../src/adapters/pino/logger.js';
import { describeLoggerContract } from '../../contracts/logger.contract.js';

function createSubject(options: Partial<LoggerOptions> = {}) {
  let written = '';
  const logger = createLogger({
    level: 'debug',
    format: 'json',
    clock: { now: () => Date.UTC(2026, 0, 2, 3, 4, 5), after: () => () => undefined },
    write: (lines) => {
      written += lines;
    },
    ...options,
  });
  return { logger, output: () => written };
}

describeLoggerContract('pino as JSON', () => createSubject());
describeLoggerContract('pino as text', () => createSubject({ format: 'text' }));

describe('the pino log', () => {
  it('writes JSON with the level by name and the time of the clock', () => {
    const { logger, output } = createSubject();
    logger.child({ plugin: 'hono' }).info('listening', { port: 3000 });
    expect(JSON.parse(output())).toEqual({
      level: 'info',
      time: '2026-01-02T03:04:05.000Z',
      plugin: 'hono',
      port: 3000,
      event: 'listening',
    });
  });

  it('writes text as time, level, event and fields', () => {
    const { logger, output } = createSubject({ format: 'text' });
    logger.warn('slow store', { creator: 'coach', detail: 'two words' });
    expect(output()).toMatch(/^\d\d:\d\d:\d\d WARN {2}slow store creator=coach detail="two words"\n$/);
  });

  it('puts causes below the error in text', () => {
    const { logger, output } = createSubject({ format: 'text' });
    logger.error('failed', {}, new Error('outer', { cause: new Error('inner') }));
    expect(output()).toMatch(/failed\n {2}Error: outer\n {2,}at [^]*\n {2}caused by\n {4}Error: inner\n/);
  });

  it('leaves out what is below the level', () => {
    const { logger, output } = createSubject({ level: 'warn' });
    logger.info('quiet');
    logger.warn('loud');
    expect(output()).not.toContain('quiet');
    expect(output()).toContain('loud');
  });
});
