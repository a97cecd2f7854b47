import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { coreSettingsSchema } from '../../src/core/core-settings.js';
import { settingsOf } from '../../src/core/settings.js';
import { planLaunch } from '../../src/launch.js';
import { builtInPlugins } from '../../src/plugins.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const serviceSchema = z.looseObject({
  image: z.string(),
  build: z.string().optional(),
  user: z.string().optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  command: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  tmpfs: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  mem_limit: z.string().optional(),
  healthcheck: z.looseObject({ test: z.array(z.string()).optional(), disable: z.boolean().optional() }).optional(),
});
const composeSchema = z.looseObject({
  services: z.record(z.string(), serviceSchema),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() }).nullable()),
  volumes: z.record(z.string(), z.unknown()),
});

const run = promisify(execFile);
const require = createRequire(import.meta.url);
const outputSchema = z.object({ stdout: z.string() });
const lintResultsSchema = z.array(
  z.object({ messages: z.array(z.object({ line: z.number(), rule: z.string(), message: z.string() })) }),
);

const read = (path: string): string => readFileSync(join(process.cwd(), path), 'utf8');
const composeText = read('docker-compose.yml');
const compose = composeSchema.parse(parse(composeText, { merge: true }));
const services = Object.entries(compose.services);
const own = services.filter(([, { build }]) => build !== undefined);
const dockerfile = read('Dockerfile').replaceAll('\\\n', ' ');
const [, lastStage = ''] = dockerfile.split(/^(?=FROM .*\n(?![\s\S]*^FROM ))/m);
const instructions = (text: string, name: string): string[] =>
  [...text.matchAll(new RegExp(`^${name}\\s+(.+)$`, 'gm'))].map(([, rest = '']) => rest.trim());

/** Where a file breaks the Compose specification's own schema, or a rule that catches mistakes; not matters of taste. */
async function lint(path: string): Promise<string[]> {
  const program = join(dirname(require.resolve('dclint/package.json')), 'bin', 'dclint.cjs');
  const args = [program, '--quiet', '--formatter', 'json', path];
  const { stdout } = await run(process.execPath, args).catch((error: unknown) => outputSchema.parse(error));
  return lintResultsSchema
    .parse(JSON.parse(stdout))
    .flatMap(({ messages }) => messages.map(({ line, rule, message }) => `${line} ${rule}: ${message}`));
}

describe('the Compose files', () => {
  it.each(['docker-compose.yml', 'docker-compose.gpu.yml'])('keep to the specification: %s', async (path) => {
    expect(await lint(path)).toEqual([]);
  });

  it('are checked by a schema that knows what is wrong', async () => {
    const path = join(await temporaryFolder(), 'docker-compose.yml');
    await writeFile(path, composeText.replace('mem_limit: 1g', 'memory_limit: 1g'));
    expect(await lint(path)).toEqual([expect.stringContaining('invalid-schema')]);
  });

  it.each(services)('give %s a pinned image, a memory limit and a health check', (name, service) => {
    expect(service.image).toMatch(/:\d+\.\d+\.\d+(?:-[a-z0-9-]+)?$/);
    expect(service.mem_limit).toBeDefined();
    const isOneShot = name === 'models';
    expect(service.healthcheck?.disable ?? false).toBe(isOneShot);
    expect(service.healthcheck?.test === undefined).toBe(isOneShot);
  });

  it.each(services)('let %s gain no rights', (_name, { cap_drop: dropped, security_opt: options }) => {
    expect(dropped).toEqual(['ALL']);
    expect(options).toEqual(['no-new-privileges:true']);
  });

  it.each(own)('run %s as another user than root, on a root that it cannot write', (_name, service) => {
    expect(service.read_only).toBe(true);
    expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    const places = [...service.volumes, ...service.tmpfs].map(
      (place) => place.split(':').find((part) => part.startsWith('/')) ?? '',
    );
    expect(places.toSorted()).toEqual(['/data', '/tmp']);
  });

  it('publish the port of the bot alone, to this machine alone', () => {
    const published = services.filter(([, { ports }]) => ports.length > 0);
    expect(published.map(([name]) => name)).toEqual(['bot']);
    for (const port of compose.services['bot']?.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:.*:3000$/);
  });

  it('keep Redis and Chroma, which check nobody, on a network without a way in or out', () => {
    expect(compose.networks['engines']?.internal).toBe(true);
    for (const name of ['redis', 'chroma']) expect(compose.services[name]?.networks).toEqual(['engines']);
  });

  it('set Redis up so that it loses nothing that it acknowledged', () => {
    const command = compose.services['redis']?.command.join(' ');
    expect(command).toContain('--appendonly yes --appendfsync always');
    expect(command).toContain('--maxmemory-policy noeviction');
    expect(compose.services['redis']?.volumes).toEqual(['redis:/data']);
  });

  it('declare every volume that is used', () => {
    const used = services.flatMap(([, { volumes }]) => volumes.map((volume) => volume.split(':')[0] ?? ''));
    expect(used.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
  });

  it('give each role one service', () => {
    expect(own.map(([, { environment }]) => environment['DOCENT_ROLE'])).toEqual(['gateway', 'worker', 'scheduler']);
  });

  it('set only what there is to set', () => {
    const schemas = [coreSettingsSchema, ...builtInPlugins.flatMap(({ settings }) => settings ?? [])];
    const names = schemas.flatMap((schema) => settingsOf(schema).map(({ meta }) => meta.env));
    const known = new Set(names.flatMap((name) => [name, `${name}_FILE`]));
    const set = own.flatMap(([, { environment }]) => Object.keys(environment));
    expect(set.filter((name) => !known.has(name))).toEqual([]);
    // What else can be set for the containers themselves is told in the README.
    const asked = [...composeText.matchAll(/\$\{([A-Z_]+)/g)].map(([, name = '']) => name);
    const readme = read('README.md');
    expect(asked.filter((name) => !known.has(name) && !readme.includes(`\`${name}\``))).toEqual([]);
  });

  it.each(own)('plan a Docent that can start: %s', async (_name, { environment }) => {
    const token = join(await temporaryFolder(), 'token');
    await writeFile(token, `${'0'.repeat(32)}\n`);
    const result = await planLaunch({
      environment: { ...environment, DOCENT_WEB_TOKEN_FILE: token },
      folder: process.cwd(),
    });
    expect(result).not.toHaveProperty('problems');
  });

  it('download the models that Docent asks for when nothing is set', () => {
    const ollama = builtInPlugins.find(({ name }) => name === 'ollama')?.settings?.parse({});
    const commands = compose.services['models']?.command.join('\n') ?? '';
    const pulled = [...commands.matchAll(/ollama pull '\$\{(\w+):-([^}]+)\}'/g)].map(([, name, model]) => ({
      name,
      model,
    }));
    expect(pulled).toEqual([
      { name: 'OLLAMA_EMBED_MODEL', model: ollama?.['embedModel'] },
      { name: 'OLLAMA_CHAT_MODEL', model: ollama?.['chatModel'] },
    ]);
    expect(compose.services['models']?.image).toBe(compose.services['ollama']?.image);
  });
});

describe('the Dockerfile', () => {
  const ignored = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const copied = instructions(dockerfile, 'COPY')
    .filter((copy) => !copy.startsWith('--from'))
    .flatMap((copy) => copy.split(/\s+/).slice(0, -1));

  it('builds and runs on one pinned image', () => {
    const bases = instructions(dockerfile, 'FROM').map((base) => base.split(' ')[0]);
    expect(bases).toHaveLength(2);
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:\d+\.\d+\.\d+-bookworm-slim$/);
  });

  it('copies what is there, and is sent nothing else', () => {
    expect(copied.filter((path) => !existsSync(join(process.cwd(), path)))).toEqual([]);
    expect(ignored).toEqual(['*', ...ignored.slice(1).filter((line) => line.startsWith('!'))]);
    expect(
      ignored
        .slice(1)
        .map((line) => line.slice(1))
        .toSorted(),
    ).toEqual(copied.toSorted());
  });

  it('runs what the build makes, as another user than root', () => {
    expect(instructions(lastStage, 'USER')).toEqual(['node']);
    const program = /"(?<program>dist\/[^"]+\.js)"\]$/.exec(instructions(lastStage, 'CMD').at(-1) ?? '')?.groups?.[
      'program'
    ];
    expect(existsSync(join(process.cwd(), program ?? ''))).toBe(true);
    const linked = /ln -s \/app\/(?<target>\S+) \/usr\/local\/bin\/docent/.exec(lastStage)?.groups?.['target'];
    expect(existsSync(join(process.cwd(), linked ?? ''))).toBe(true);
  });

  it('keeps its data where the Compose file keeps it', () => {
    const folder = /DOCENT_DATA_FOLDER=(?<folder>\S+)/.exec(lastStage)?.groups?.['folder'];
    expect(instructions(lastStage, 'VOLUME')).toEqual([folder]);
    for (const [, { environment }] of own) expect(environment['DOCENT_DATA_FOLDER']).toBe(folder);
  });

  it('asks for its health as the Compose file does', () => {
    const [check = ''] = instructions(lastStage, 'HEALTHCHECK');
    expect(check).toMatch(/CMD \["docent", "healthcheck"\]$/);
    for (const [, { healthcheck }] of own) expect(healthcheck?.test).toEqual(['CMD', 'docent', 'healthcheck']);
  });
});
