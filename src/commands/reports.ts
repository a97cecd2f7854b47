import { z } from 'zod';
import { type CommandContext, defineCommand } from '../core/chat/command.js';
import { asWritten } from '../core/chat/escape.js';
import { type OutgoingMessage, notice } from '../core/chat/outgoing-message.js';
import { momentInWords } from '../core/chat/words.js';
import { DocentError } from '../core/errors.js';
import type { JsonValue } from '../core/json.js';
import type { ReportStanding } from '../core/reports/report-book.js';
import { moveReports } from './move-reports.js';

const input = z.object({
  action: z
    .enum(['list', 'schedule', 'run', 'pause', 'resume', 'channel'])
    .default('list')
    .meta({ description: 'What to do; channel: let the reports come to this channel.', example: 'list' }),
  report: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'Which report, such as weekly; not for list and channel.' }),
  value: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'schedule: five cron fields; channel: a time zone.', example: '0 9 * * 1' }),
});
type Context = CommandContext<z.infer<typeof input>>;

/** Lists a creator's reports, makes one at once, and sets when and where they come. */
export const reportsCommand = defineCommand({
  name: 'reports',
  description: 'See the reports about me, get one now, and choose when and where they come.',
  input,
  access: 'manager',
  readOnly: false,
  isPrivate: true,
  async run(context) {
    const { action } = context.input;
    if (action === 'list') return list(context);
    // The only value may stand first: "reports channel Europe/Berlin".
    if (action === 'channel') return moveReports(context, context.input.value ?? context.input.report);
    if (action === 'run') return makeNow(context);
    return change(context, action);
  },
});

async function list({ creatorId, services }: Context): Promise<OutgoingMessage> {
  const [standings, address] = await Promise.all([
    services.reports.list(creatorId),
    services.links.adminChannel(creatorId),
  ]);
  const where =
    address === undefined
      ? 'They come nowhere yet: use the command "reports channel" where they shall come.'
      : `They come to a channel on ${address.platform}.`;
  const lines = standings.map((standing) => `- **${standing.name}**: ${standing.description} ${stateOf(standing)}`);
  return notice(`**Reports about ${creatorId}.** ${where}\n\n${lines.join('\n')}`, {
    reports: standings,
    address: address ?? null,
  } as unknown as JsonValue);
}

async function makeNow({ creatorId, input: { report }, services, signal, logger }: Context): Promise<OutgoingMessage> {
  const definition = services.reports.find(named(report));
  const slotAt = services.clock.now();
  const timezone = (await services.reports.chosen(creatorId))?.timezone ?? 'UTC';
  const message = definition.render(
    await definition.collect({ creatorId, services, slotAt, timezone, signal, logger }),
  );
  return message ?? notice(`The report "${definition.name}" has nothing to say right now.`);
}

async function change(
  { creatorId, input: { report, value }, services: { reports } }: Context,
  action: 'schedule' | 'pause' | 'resume',
): Promise<OutgoingMessage> {
  const name = named(report);
  if (action === 'schedule' && value === undefined)
    throw new DocentError('COMMAND_INPUT', {
      userMessage: `When shall it come? Write five cron fields, such as: reports schedule ${name} 0 9 * * 1`,
    });
  const standing =
    action === 'schedule'
      ? await reports.setSchedule(creatorId, name, value ?? '')
      : await reports[action](creatorId, name);
  return notice(`**${name}**: ${stateOf(standing)}`, { report: standing } as unknown as JsonValue);
}

function named(report: string | undefined): string {
  if (report !== undefined) return report;
  throw new DocentError('COMMAND_INPUT', {
    userMessage: 'Which report? The command "reports list" shows what there is, such as: reports run weekly',
  });
}

function stateOf({ paused, scheduleInWords, timezone, nextAt, last }: ReportStanding): string {
  const times = nextAt.map((at) => momentInWords(at, timezone)).join('; ');
  const state =
    paused === null
      ? `${scheduleInWords}${times === '' ? ' It does not come until then.' : ` (${timezone}). Next: ${times}.`}`
      : `Paused since ${momentInWords(paused.at, timezone)}${paused.reason === 'channel' ? ', because its channel is gone: use "reports channel" in another one' : ''}.`;
  return [state, ...lastInWords(last, timezone)].join(' ');
}

function lastInWords(last: ReportStanding['last'], timezone: string): string[] {
  if (last === undefined) return [];
  const at = momentInWords(last.at, timezone);
  if (last.outcome === 'posted') return [`Last posted: ${at}.`];
  return last.outcome === 'failed' ? [`Failed: ${at}. ${asWritten(last.problem)}`] : [`Nothing to say: ${at}.`];
}
