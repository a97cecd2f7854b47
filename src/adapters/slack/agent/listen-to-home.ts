import type { App } from '@slack/bolt';
import { z } from 'zod';
import { escapeMarkdown } from '../../../core/chat/escape.js';
import { type OutgoingMessage, notice } from '../../../core/chat/outgoing-message.js';
import { readPressed } from '../draw/message-actions.js';
import { shorten } from '../draw/slack-markup.js';
import type { Listening } from '../events/listening.js';
import { envelopeSchema, tenantOf } from '../events/message-event.js';
import { interactionSchema, tenantOfInteraction } from '../commands/interaction.js';
import { type DirectTalk, askDirectly, creatorsToAsk } from './direct-talk.js';
import { type HomeSection, drawHome } from './home-view.js';

const openedSchema = z.object({ user: z.string(), channel: z.string(), tab: z.string() });
const pressedSchema = interactionSchema.extend({
  actions: z.array(z.object({ value: z.string().default('') })).min(1),
  view: z.object({
    type: z.literal('home'),
    private_metadata: z.string().default(''),
    app_installed_team_id: z.string().nullish(),
  }),
});
const documentsSchema = z.object({ documents: z.array(z.object({ name: z.string() })) });
const creatorSchema = z.object({ creator: z.string() });
const anySchema = z.object({});

/** Slack shows four prompts at the most. */
const MAX_PROMPTS = 4;
const MAX_PROMPT = 75;

const HOW_TO_ASK = notice(
  'Write to me in the **Messages** tab, mention me in a channel, or type `/ask` and your question. I answer from the documents of the place and show where the answer stands; go on in the same thread without mentioning me.\n\nTo add a document, type `/ingest`, send me the file, or choose **Add to knowledge** on a message with a file. `/docent help` lists the rest.',
);

/** Listens to who opens the app: the home tab shows the creator, the documents and how to ask, the messages tab suggests questions. */
export function listenToHome(app: App, listening: Listening): void {
  const { workspaces, logger } = listening;
  const { signal } = new AbortController();

  async function publish(
    talk: DirectTalk,
    pressed?: { readonly title: string; readonly message: OutgoingMessage },
  ): Promise<void> {
    const [documents, stats, creators] = await Promise.all([
      pressed === undefined ? askDirectly(listening, talk, 'documents') : undefined,
      askDirectly(listening, talk, 'stats'),
      creatorsToAsk(listening, talk),
    ]);
    const { creator } = creatorSchema.safeParse((documents ?? pressed?.message)?.data).data ?? {};
    const sections: HomeSection[] = [
      ...(creator === undefined ? [] : [{ title: 'Creator', message: whoseKnowledge(creator, creators) }]),
      ...(pressed === undefined ? [] : [pressed]),
      ...(documents === undefined ? [] : [{ title: 'Documents', message: documents }]),
      { title: 'How to ask', message: HOW_TO_ASK },
      // Members may not see the figures.
      ...(stats === undefined || stats.kind === 'error' ? [] : [{ title: 'Figures', message: stats }]),
    ];
    const view = { ...drawHome(sections), private_metadata: talk.channelId };
    await talk.workspace.api.call('views.publish', { user_id: talk.userId, view }, { response: anySchema, signal });
  }

  async function suggest(talk: DirectTalk): Promise<void> {
    const message = await askDirectly(listening, talk, 'documents');
    const documents = documentsSchema.safeParse(message?.data);
    const names = documents.success ? documents.data.documents.map(({ name }) => name) : [];
    const prompts = names.slice(0, MAX_PROMPTS).map((name) => {
      const question = `What does ${name} say?`;
      return { title: shorten(question, MAX_PROMPT), message: question };
    });
    if (prompts.length === 0) return;
    await talk.workspace.api.call(
      'assistant.threads.setSuggestedPrompts',
      { channel_id: talk.channelId, prompts, title: 'Ask about the documents' },
      { response: anySchema, signal },
    );
  }

  /** What it shows is looked up after the event is acknowledged, and shown again at the next opening. */
  async function quietly(what: string, show: () => Promise<void>): Promise<void> {
    try {
      await show();
    } catch (error) {
      logger.warn('slack.home-failed', { what }, error);
    }
  }

  app.event('app_home_opened', async ({ event, body }) => {
    const { user: userId, channel: channelId, tab } = openedSchema.parse(event);
    const workspace = await workspaces.find(tenantOf(envelopeSchema.parse(body)));
    const talk = { workspace, channelId, userId };
    void quietly(tab, () => (tab === 'home' ? publish(talk) : suggest(talk)));
  });

  app.action({ type: 'block_actions', block_id: /^home\./ }, async ({ body, ack }) => {
    await ack();
    const interaction = pressedSchema.parse(body);
    const pressed = readPressed(interaction.actions[0]?.value ?? '');
    if (pressed === undefined) return;
    const workspace = await workspaces.find(tenantOfInteraction(interaction));
    const talk = { workspace, channelId: interaction.view.private_metadata, userId: interaction.user.id };
    await quietly('button', async () => {
      const message = await askDirectly(listening, talk, pressed.command, pressed.input);
      const title = pressed.command.charAt(0).toUpperCase() + pressed.command.slice(1);
      await publish(talk, message === undefined ? undefined : { title, message });
    });
  });
}

/** Whom the person asks, with a button for each other one. */
function whoseKnowledge(creator: string, creators: readonly string[]): OutgoingMessage {
  const others = creators.filter((other) => other !== creator);
  return {
    ...notice(`In direct messages you ask **${escapeMarkdown(creator)}**.`),
    actions: others.map((other) => ({ label: `Ask ${other}`, command: 'use', input: { creator: other } })),
  };
}
