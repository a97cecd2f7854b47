import { z } from 'zod';
import type { Logger } from '../../../core/ports/logger.js';
import { shorten } from '../draw/slack-markup.js';
import type { Workspace } from '../install/workspaces.js';
import type { Capabilities } from './capabilities.js';
import type { PostPlace } from './posts.js';

/** What Slack shows beside a thread while an answer is made: a status, and the button that stops it. */
export interface AgentSession {
  /** Whether there is a thread to show it at. */
  readonly isWanted: boolean;
  /** Shows a status. Never throws: it is not worth an answer. */
  say(status: string): Promise<void>;
  /** Takes the button and the status away again. Never throws. */
  end(): Promise<void>;
}

/** What a session is made with. */
export interface AgentSessionOptions {
  readonly workspace: Workspace;
  readonly place: PostPlace;
  readonly userId: string;
  readonly isWanted: boolean;
  readonly capabilities: Capabilities;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const MAX_STATUS = 100;
const anySchema = z.object({});

/** Begins the session at once, where one is wanted. */
export function beginAgentSession(options: AgentSessionOptions): AgentSession {
  const { workspace, place, userId, isWanted, capabilities, logger, signal } = options;
  const { teamId, api } = workspace;
  const thread = { channel_id: place.channelId, thread_ts: place.threadTs };

  async function quietly(capability: 'statuses' | 'sessions', method: string, parameters: object): Promise<void> {
    if (!isWanted || !capabilities.has(teamId, capability)) return;
    try {
      await api.call(method, { ...thread, ...parameters }, { response: anySchema, signal });
    } catch (error) {
      if (!capabilities.note(teamId, capability, error)) logger.debug('slack.status-failed', { method });
    }
  }

  const setSession = (status: string, more: object = {}): Promise<void> =>
    quietly('sessions', 'agents.sessions.setStatus', { status, ...more });
  const begun = setSession('processing', { initiator_user_id: userId });
  let isSaid = false;

  return {
    isWanted,
    async say(status) {
      isSaid = true;
      await quietly('statuses', 'assistant.threads.setStatus', { status: shorten(status, MAX_STATUS) });
    },
    async end() {
      await begun;
      await setSession('active');
      if (isSaid) await quietly('statuses', 'assistant.threads.setStatus', { status: '' });
    },
  };
}
