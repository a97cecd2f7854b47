/**
 * What a plugin outside this repository builds on: `import { definePlugin } from 'docent'`.
 *
 * @module
 */
export {
  defineCommand,
  type CommandContext,
  type CommandDefinition,
  type CommandOutcome,
} from './core/chat/command.js';
export { notice, type MessageAction, type OutgoingMessage, type Source } from './core/chat/outgoing-message.js';
export { DocentError, type ErrorCode } from './core/errors.js';
export {
  definePlugin,
  type Contributions,
  type EngineName,
  type Engines,
  type Plugin,
  type PluginContext,
  type PluginDefinition,
} from './core/plugin.js';
export type {
  Block,
  DocumentParser,
  ParseContext,
  ParsedDocument,
  Recognition,
  Section,
} from './core/ports/document-parser.js';
export { defineReport, type ReportContext, type ReportDefinition } from './core/reports/report.js';
export { setting, settingTypes } from './core/settings.js';
