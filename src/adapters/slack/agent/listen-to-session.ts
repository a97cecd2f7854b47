import type { App } from '@slack/bolt';
import { z } from 'zod';
import { PLATFORM } from '../app-surface.js';
import type { Listening } from '../events/listening.js';
import { envelopeSchema, isDirectChannel, tenantOf } from '../events/message-event.js';

const stoppedSchema = z.object({ channel: z.string(), thread_ts: z.string() });
const anySchema = z.object({});

/** Listens to the Stop button that Slack shows while an answer is made: the work on it ends, down to the model. */
export function listenToSession(app: App, { host, workspaces, memory, logger }: Listening): void {
  app.event('agent_session_stopped', async ({ event, body }) => {
    const { channel, thread_ts: threadTs } = stoppedSchema.parse(event);
    const { teamId, enterpriseId } = tenantOf(envelopeSchema.parse(body));
    memory.forgetNew();
    const stopped = await host.cancel({
      platform: PLATFORM,
      workspaceId: teamId,
      channelId: channel,
      threadId: threadTs,
      isDirect: isDirectChannel(channel),
    });
    logger.info('slack.stopped', { stopped });
    if (stopped > 0) return;
    // What was done already takes no button away.
    const { api } = await workspaces.find({ teamId, enterpriseId });
    await api.call(
      'agents.sessions.setStatus',
      { channel_id: channel, thread_ts: threadTs, status: 'active' },
      { response: anySchema, signal: new AbortController().signal },
    );
  });
}
