import type { CommandDefinition } from '../core/chat/command.js';
import { adminChannelCommand } from './admin-channel.js';
import { askCommand } from './ask.js';
import { documentsCommand } from './documents.js';
import { feedbackCommand } from './feedback.js';
import { forgetCreatorCommand } from './forget-creator.js';
import { forgetMeCommand } from './forget-me.js';
import { forgetCommand } from './forget.js';
import { healthCommand } from './health.js';
import { helpCommand } from './help.js';
import { ingestCommand } from './ingest.js';
import { linkCommand } from './link.js';
import { modeCommand } from './mode.js';
import { passageCommand } from './passage.js';
import { resetCommand } from './reset.js';
import { statsCommand } from './stats.js';
import { summaryCommand } from './summary.js';

/** The commands that every Docent has, in the order that `help` shows them. */
export const builtinCommands: readonly CommandDefinition[] = [
  askCommand,
  ingestCommand,
  documentsCommand,
  forgetCommand,
  resetCommand,
  summaryCommand,
  statsCommand,
  healthCommand,
  linkCommand,
  modeCommand,
  adminChannelCommand,
  forgetMeCommand,
  forgetCreatorCommand,
  helpCommand,
  feedbackCommand,
  passageCommand,
];
