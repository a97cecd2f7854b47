import documents from './adapters/documents/plugin.js';
import hono from './adapters/hono/plugin.js';
import minilm from './adapters/minilm/plugin.js';
import nodeCron from './adapters/node-cron/plugin.js';
import pino from './adapters/pino/plugin.js';
import quoting from './adapters/quoting/plugin.js';
import sqlite from './adapters/sqlite/plugin.js';
import terminal from './adapters/terminal/plugin.js';
import web from './adapters/web/plugin.js';
import type { CommandDefinition } from './core/chat/command.js';
import type { Plugin } from './core/plugin.js';
import type { ReportDefinition } from './core/reports/report.js';

/** The plugins that come with Docent; `DOCENT_PLUGINS` adds others. */
export const builtInPlugins: readonly Plugin[] = [pino, sqlite, minilm, quoting, nodeCron, hono, documents, web, terminal];

/** The commands of every platform, in the order in which help lists them. */
export const builtInCommands: readonly CommandDefinition[] = [];

/** The reports that come with Docent. */
export const builtInReports: readonly ReportDefinition[] = [];
