import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCommand } from '../../src/core/chat/command.js';
import { notice } from '../../src/core/chat/outgoing-message.js';
import { type PlanInput, planStart } from '../../src/core/plan.js';
import { type EngineName, type Plugin, type PluginDefinition, definePlugin } from '../../src/core/plugin.js';
import { ENGINE_NAMES, profiles } from '../../src/core/profiles.js';
import { setting, settingTypes } from '../../src/core/settings.js';

const command = (name: string) =>
  defineCommand({
    name,
    description: 'Does it.',
    input: z.object({}),
    access: 'member',
    readOnly: true,
    run: async () => notice('done'),
  });

const plugin = (name: string, more: Partial<PluginDefinition> = {}): Plugin =>
  definePlugin({ name, description: `The ${name}.`, ...more });

/** One plugin for each name in the embedded profile, providing what the profile expects of it. */
const enginePlugins: Plugin[] = [...new Set(Object.values(profiles['embedded'] ?? {}))].map((name) =>
  plugin(name, { provides: ENGINE_NAMES.filter((engine) => profiles['embedded']?.[engine] === name) }),
);

const plan = (input: Partial<PlanInput> = {}) =>
  planStart({ plugins: enginePlugins, environment: {}, commands: [], reports: [], ...input });
const problemsOf = (input: Partial<PlanInput>): string[] => {
  const result = plan(input);
  return 'problems' in result ? result.problems.map(({ where, problem }) => `${where}: ${problem}`) : [];
};
const planned = (input: Partial<PlanInput> = {}) => {
  const result = plan(input);
  if ('problems' in result) throw new Error(result.problems.map(({ problem }) => problem).join('\n'));
  return result.plan;
};

describe('the plan', () => {
  it('needs no setting at all', () => {
    expect(planned().core).toMatchObject({ dataFolder: 'data', profile: 'embedded', creator: 'default' });
  });

  it('creates engines for the core, and the HTTP server only for a plugin that needs it', () => {
    const engines = (input: Partial<PlanInput>): EngineName[] =>
      planned(input).plugins.flatMap(({ engines: chosen }) => [...chosen]);
    expect(engines({})).not.toContain('httpServer');
    expect(
      engines({ plugins: [...enginePlugins, plugin('page', { platforms: ['page'], needs: ['httpServer'] })] }),
    ).toContain('httpServer');
  });

  it('puts the logger first and providers before those who need them', () => {
    const late = plugin('late', { platforms: ['late'], needs: ['recordStore'] });
    const names = planned({ plugins: [late, ...enginePlugins.toReversed()] }).plugins.map(
      ({ plugin: { name } }) => name,
    );
    expect(names[0]).toBe('pino');
    expect(names.indexOf('sqlite')).toBeLessThan(names.indexOf('late'));
  });

  it('leaves out an engine that another one replaces', () => {
    const other = plugin('parrot', { provides: ['chatModel'] });
    const names = planned({
      plugins: [...enginePlugins, other],
      environment: { DOCENT_CHAT_MODEL: 'parrot' },
    }).plugins.map(({ plugin: { name } }) => name);
    expect(names).toContain('parrot');
    expect(names).not.toContain('quoting');
  });

  it('leaves out a plugin whose settings turn it off', () => {
    const off = plugin('off', { platforms: ['off'], enabled: () => false });
    const names = planned({ plugins: [...enginePlugins, off] }).plugins.map(({ plugin: { name } }) => name);
    expect(names).not.toContain('off');
  });

  it('gives a plugin its settings, an empty variable counting as unset', () => {
    const port = setting(settingTypes.integer({ min: 1, max: 9, fallback: 3 }), {
      env: 'PORT_X',
      description: 'Port.',
    });
    const page = plugin('page', { platforms: ['page'], settings: z.object({ port }) });
    const settingsWith = (value: string | undefined) =>
      planned({ plugins: [...enginePlugins, page], environment: { PORT_X: value } }).plugins.find(
        ({ plugin: { name } }) => name === 'page',
      )?.settings;
    expect(settingsWith('7')).toEqual({ port: 7 });
    expect(settingsWith('')).toEqual({ port: 3 });
    expect(settingsWith(undefined)).toEqual({ port: 3 });
  });

  it('lists every problem at once, each naming what to change', () => {
    const port = setting(settingTypes.integer({ min: 1, max: 9, fallback: 3 }), {
      env: 'PORT_X',
      description: 'Port.',
    });
    const problems = problemsOf({
      plugins: [
        ...enginePlugins.filter(({ name }) => name !== 'minilm'),
        plugin('one', { commands: [command('ask')] }),
        plugin('two', { commands: [command('ask'), command('Bad Name')], platforms: ['web'] }),
        plugin('two', { platforms: ['web'], settings: z.object({ port }) }),
      ],
      environment: { DOCENT_CHAT_MODEL: 'nowhere', PORT_X: 'seventy' },
    });
    expect(problems).toEqual([
      expect.stringMatching(/^core: No plugin "minilm" provides the embedder\. Set DOCENT_EMBEDDER/),
      expect.stringMatching(
        /^core: No plugin "nowhere" provides the chatModel\. Set DOCENT_CHAT_MODEL to one of: quoting/,
      ),
      expect.stringMatching(/^two: PORT_X is wrong/),
      expect.stringMatching(/two plugins called "two"/),
      expect.stringMatching(/two commands called "ask"/),
      expect.stringMatching(/command name "Bad Name" must be/),
    ]);
  });

  it('lists what plugins lack beside what the core lacks', () => {
    const port = setting(settingTypes.integer({ min: 1, max: 9, fallback: 3 }), {
      env: 'PORT_X',
      description: 'Port.',
    });
    const page = plugin('page', { platforms: ['page'], settings: z.object({ port }) });
    expect(
      problemsOf({ plugins: [...enginePlugins, page], environment: { DOCENT_ROLE: 'king', PORT_X: 'seventy' } }),
    ).toEqual([expect.stringMatching(/^core: DOCENT_ROLE is wrong/), expect.stringMatching(/^page: PORT_X is wrong/)]);
  });

  it('names the profiles there are when the chosen one is unknown', () => {
    expect(problemsOf({ environment: { DOCENT_PROFILE: 'cloud' } })).toEqual([
      'core: There is no profile "cloud". Set DOCENT_PROFILE to one of: embedded, server.',
    ]);
  });

  describe('for a process of one role', () => {
    const local: readonly EngineName[] = ['recordStore', 'coordinator'];
    const withLocal = enginePlugins.map((one) => (one.name === 'sqlite' ? { ...one, local } : one));
    const shared = plugin('shared', { provides: local });
    const environment = { DOCENT_ROLE: 'worker', DOCENT_RECORD_STORE: 'shared', DOCENT_COORDINATOR: 'shared' };

    it('names everything that no other process sees', () => {
      expect(problemsOf({ plugins: withLocal, environment: { DOCENT_ROLE: 'gateway' } })).toEqual([
        expect.stringMatching(/^core: DOCENT_ROLE is "gateway", but .*: recordStore, coordinator\. .*DOCENT_ROLE=all/),
      ]);
    });

    it('takes engines that can be shared', () => {
      expect(planned({ plugins: [...withLocal, shared], environment }).core.role).toBe('worker');
    });

    it('lets one process that does all keep everything to itself', () => {
      expect(planned({ plugins: withLocal }).core.role).toBe('all');
    });

    it('does not ask what others see where a process lives for one command', () => {
      const settings = { DOCENT_ROLE: 'gateway' };
      expect(planned({ plugins: withLocal, environment: settings, role: 'worker' }).core.role).toBe('worker');
    });
  });

  it('never repeats a wrong value, which may be a secret', () => {
    expect(problemsOf({ environment: { DOCENT_MAX_PAGES: 'hunter2' } }).join()).not.toContain('hunter2');
  });

  it('refuses engines that need one another in a circle', () => {
    const plugins = enginePlugins.map((one) =>
      one.name === 'minilm'
        ? plugin('minilm', { provides: ['embedder'], needs: ['chatModel'] })
        : one.name === 'quoting'
          ? plugin('quoting', { provides: ['chatModel'], needs: ['embedder'] })
          : one,
    );
    expect(problemsOf({ plugins })).toEqual([expect.stringContaining('in a circle')]);
  });
});
