import { describe, expect, it } from 'vitest';
import { DocentError } from '../../../src/core/errors.js';
import { inspectEngines } from '../../../src/core/health/inspect-engines.js';
import { planStart } from '../../../src/core/plan.js';
import { type Contributions, type Engines, type Plugin, definePlugin } from '../../../src/core/plugin.js';
import { ENGINE_NAMES, engineVariable } from '../../../src/core/profiles.js';
import type { Health } from '../../../src/core/ports/health.js';
import { createFakeClock } from '../../support/fake-clock.js';
import { silentLogger } from '../../support/silent-logger.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const healthy: Health = { state: 'healthy', detail: 'Fine.' };
const { signal } = new AbortController();

/** Engines that can be asked how they are, and nothing else. */
function enginesOf(names: readonly (keyof Engines)[], health: Health = healthy): Contributions {
  const engines = names.map((name) => [name, name === 'logger' ? silentLogger : { health: async () => health }]);
  return { engines: Object.fromEntries(engines) as Partial<Engines> };
}

/** Two plugins that provide everything: `search` the vectors and the embedder, `store` all else. */
async function inspect(search: Partial<Plugin>, store: Partial<Plugin> = {}) {
  const searched = ['vectorIndex', 'embedder'] as const;
  const stored = ENGINE_NAMES.filter((name) => name !== 'vectorIndex' && name !== 'embedder');
  const plugins = [
    definePlugin({
      name: 'store',
      description: 'Stores.',
      provides: stored,
      create: () => enginesOf(stored),
      ...store,
    }),
    definePlugin({
      name: 'search',
      description: 'Searches.',
      provides: searched,
      create: () => enginesOf(searched),
      ...search,
    }),
  ];
  const chosen = plugins.flatMap(({ name, provides = [] }) => provides.map((engine) => [engineVariable(engine), name]));
  const environment = { ...(Object.fromEntries(chosen) as Record<string, string>), DOCENT_DATA_FOLDER: '.' };
  const result = planStart({ plugins, environment, commands: [], reports: [] });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  const { health, obstacles } = await inspectEngines(result.plan, {
    clock: createFakeClock(),
    folder: await temporaryFolder(),
    signal,
  });
  const states = Object.fromEntries(health.components.map(({ component, state }) => [component, state]));
  return { health, obstacles, states };
}

const away = new DocentError('ENGINE_UNAVAILABLE', { userMessage: 'The index is away. Start it.', retryable: true });

describe('an inspection of the engines', () => {
  it('asks every engine how it is, and lets go of all of them', async () => {
    const done: string[] = [];
    const { health, obstacles } = await inspect({
      create: () => ({
        ...enginesOf(['vectorIndex', 'embedder']),
        start: async () => void done.push('start'),
        stop: async () => void done.push('stop'),
      }),
    });
    expect(health.state).toBe('healthy');
    expect(health.components.map(({ component }) => component)).toEqual([
      'records',
      'conversations',
      'metrics',
      'uploads',
      'passages',
      'keyword search',
      'search by meaning',
      'work queue',
      'embedder',
      'language model',
    ]);
    expect(obstacles).toEqual([]);
    expect(done).toEqual(['start', 'stop']);
  });

  it('names a plugin that fails without explaining itself, and says what it said', async () => {
    const create = () => {
      throw new Error('no such shard');
    };
    const problem = 'The plugin "search" cannot start: no such shard. Set it right, or leave it out.';
    expect((await inspect({ create })).obstacles).toEqual([{ plugin: 'search', problem }]);
    const start = () => Promise.reject(new Error('no such shard'));
    const connecting = await inspect({ create: () => ({ ...enginesOf(['vectorIndex', 'embedder']), start }) });
    expect(connecting.obstacles).toEqual([{ plugin: 'search', problem }]);
  });

  it('shows the others when one cannot connect, and why Docent could not start', async () => {
    const sick: Health = { state: 'unhealthy', detail: 'It cannot be reached.', fix: 'Start it.' };
    const { health, obstacles, states } = await inspect({
      create: () => ({
        ...enginesOf(['vectorIndex', 'embedder'], sick),
        async start() {
          throw away;
        },
      }),
    });
    expect(health.state).toBe('unhealthy');
    expect(states).toMatchObject({ records: 'healthy', 'search by meaning': 'unhealthy', embedder: 'unhealthy' });
    expect(obstacles).toEqual([{ plugin: 'search', problem: 'The index is away. Start it.' }]);
  });

  it('shows what cannot be made as unhealthy, also what needs it', async () => {
    const { obstacles, states } = await inspect(
      { needs: ['recordStore'] },
      {
        create() {
          throw away;
        },
      },
    );
    expect(Object.values(states)).toEqual(Object.values(states).map(() => 'unhealthy'));
    expect(Object.keys(states)).toHaveLength(10);
    expect(obstacles).toEqual([
      { plugin: 'store', problem: 'The index is away. Start it.' },
      { plugin: 'search', problem: 'The plugin "search" needs the engine "recordStore", which could not be made.' },
    ]);
  });

  it('tells of own checks of a plugin too', async () => {
    const { states } = await inspect({
      create: () => ({
        ...enginesOf(['vectorIndex', 'embedder']),
        healthChecks: [{ component: 'server', check: async () => ({ state: 'degraded', detail: 'Old.' }) }],
      }),
    });
    expect(states['server']).toBe('degraded');
  });
});
