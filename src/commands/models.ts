import { z } from 'zod';
import { type CommandContext, defineCommand } from '../core/chat/command.js';
import { escapeMarkdown } from '../core/chat/escape.js';
import { type OutgoingMessage, notice } from '../core/chat/outgoing-message.js';
import { listed } from '../core/chat/words.js';
import type { JsonValue } from '../core/json.js';
import type { ModelLibrary, PullProgress, RequiredModel } from '../core/ports/model-library.js';

/** Large models come over slow lines: half a day. */
const TIMEOUT_MS = 12 * 60 * 60 * 1_000;
const UNITS = ['B', 'kB', 'MB', 'GB'] as const;

const input = z.object({
  pull: z.boolean().default(false).meta({ description: 'Whether to download the models that are missing.' }),
});
type Context = CommandContext<z.infer<typeof input>>;

/** Lists the models that Docent needs from model servers; downloads what is missing when asked to. */
export const modelsCommand = defineCommand({
  name: 'models',
  description: 'See which models I need, and download the ones that are missing.',
  input,
  access: 'operator',
  // Docent itself stays as it is, and a download that was cut is simply asked for again.
  readOnly: true,
  isPrivate: true,
  needsCreator: false,
  timeoutMs: TIMEOUT_MS,
  async run(context) {
    const { modelLibraries } = context.services;
    if (modelLibraries.length === 0)
      return notice('Nothing needs to be downloaded: the engines that are set bring their models with them.', {
        models: [],
      });
    const lines: string[] = [];
    const models: RequiredModel[] = [];
    for (const library of modelLibraries) {
      if (context.input.pull) await pullMissing(library, context);
      const required = await library.required(context.signal);
      models.push(...required);
      lines.push(...required.map((model) => describe(model, library)));
    }
    return summary(lines, models);
  },
});

async function pullMissing(library: ModelLibrary, { reply, signal }: Context): Promise<void> {
  for (const { name, isInstalled } of await library.required(signal)) {
    if (isInstalled) continue;
    for await (const { text, bytes } of library.pull(name, signal))
      await reply.status({
        text: `Pulling ${name}: ${text}${bytes === undefined || bytes.done === bytes.total ? '' : `, ${amountOf(bytes)}`}`,
        ...(bytes === undefined ? {} : { progress: bytes }),
      });
  }
}

function describe(model: RequiredModel, { server }: ModelLibrary): string {
  const { name, purpose, isInstalled } = model;
  return `- ${isInstalled ? '✅' : '❌'} **${escapeMarkdown(name)}** ${purpose}: ${stateOf(model)} (${server})`;
}

function stateOf({ isInstalled, pulling }: RequiredModel): string {
  if (isInstalled) return 'there';
  if (pulling === undefined) return 'missing';
  return `being downloaded${pulling.bytes === undefined ? '' : `, ${amountOf(pulling.bytes)}`}`;
}

function summary(lines: readonly string[], models: readonly RequiredModel[]): OutgoingMessage {
  const missing = models.filter(({ isInstalled }) => !isInstalled).map(({ name }) => name);
  const title = missing.length === 0 ? '**All models are there.**' : `**${listed(missing)} must be downloaded.**`;
  const data = { models: models.map((model) => ({ ...model, pulling: model.pulling ?? null })) };
  const message = notice(`${title}\n\n${lines.join('\n')}`, data as unknown as JsonValue);
  if (missing.length === 0) return message;
  return { ...message, actions: [{ label: 'Download', command: 'models', input: { pull: true } }] };
}

/** `1.2 GB of 5.2 GB`. */
function amountOf({ done, total }: NonNullable<PullProgress['bytes']>): string {
  return `${inUnits(done)} of ${inUnits(total)}`;
}

function inUnits(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1_000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power] ?? ''}`;
}
