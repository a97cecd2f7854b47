import chart from './adapters/chart/plugin.js';
import chroma from './adapters/chroma/plugin.js';
import discord from './adapters/discord/plugin.js';
import documents from './adapters/documents/plugin.js';
import hono from './adapters/hono/plugin.js';
import minilm from './adapters/minilm/plugin.js';
import nodeCron from './adapters/node-cron/plugin.js';
import ollama from './adapters/ollama/plugin.js';
import opentelemetry from './adapters/opentelemetry/plugin.js';
import pino from './adapters/pino/plugin.js';
import quoting from './adapters/quoting/plugin.js';
import redis from './adapters/redis/plugin.js';
import slack from './adapters/slack/plugin.js';
import sqlite from './adapters/sqlite/plugin.js';
import terminal from './adapters/terminal/plugin.js';
import web from './adapters/web/plugin.js';
import { adminChannelCommand } from './commands/admin-channel.js';
import { askCommand } from './commands/ask.js';
import { documentsCommand } from './commands/documents.js';
import { feedbackCommand } from './commands/feedback.js';
import { forgetCommand } from './commands/forget.js';
import { forgetCreatorCommand } from './commands/forget-creator.js';
import { forgetMeCommand } from './commands/forget-me.js';
import { healthCommand } from './commands/health.js';
import { helpCommand } from './commands/help.js';
import { ingestCommand } from './commands/ingest.js';
import { linkCommand } from './commands/link.js';
import { modeCommand } from './commands/mode.js';
import { modelsCommand } from './commands/models.js';
import { passageCommand } from './commands/passage.js';
import { reindexCommand } from './commands/reindex.js';
import { reportsCommand } from './commands/reports.js';
import { resetCommand } from './commands/reset.js';
import { statsCommand } from './commands/stats.js';
import { summaryCommand } from './commands/summary.js';
import { useCommand } from './commands/use.js';
import type { CommandDefinition } from './core/chat/command.js';
import type { Plugin } from './core/plugin.js';
import type { ReportDefinition } from './core/reports/report.js';
import { gapsReport } from './reports/gaps.js';
import { healthReport } from './reports/health.js';
import { dailyReport, weeklyReport } from './reports/metrics.js';

/** The plugins that come with Docent; `DOCENT_PLUGINS` adds others. */
export const builtInPlugins: readonly Plugin[] = [
  pino,
  sqlite,
  minilm,
  quoting,
  redis,
  chroma,
  ollama,
  opentelemetry,
  nodeCron,
  hono,
  chart,
  documents,
  web,
  terminal,
  discord,
  slack,
];

/** The commands of every platform, in the order in which help lists them. */
export const builtInCommands: readonly CommandDefinition[] = [
  askCommand,
  ingestCommand,
  documentsCommand,
  forgetCommand,
  resetCommand,
  summaryCommand,
  statsCommand,
  healthCommand,
  modelsCommand,
  linkCommand,
  modeCommand,
  reportsCommand,
  adminChannelCommand,
  useCommand,
  reindexCommand,
  forgetMeCommand,
  forgetCreatorCommand,
  helpCommand,
  feedbackCommand,
  passageCommand,
];

/** The reports that come with Docent. */
export const builtInReports: readonly ReportDefinition[] = [healthReport, weeklyReport, dailyReport, gapsReport];
