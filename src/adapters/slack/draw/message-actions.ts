import type { types } from '@slack/bolt';
import type { z } from 'zod';
import { type MessageAction, type OutgoingMessage, messageActionSchema } from '../../../core/chat/outgoing-message.js';
import { describeSource } from '../../../core/chat/render-answer.js';
import { type Block, plainText } from './slack-markup.js';

/** Every button of Docent's has an action id that begins so; the rest keeps them apart. */
export const ACTION_PREFIX = 'docent.';
/** The pair of feedback buttons. */
const FEEDBACK_ID = `${ACTION_PREFIX}feedback`;

/** Slack's limits: buttons in a block, and characters of a button's label and value. */
const MAX_BUTTONS = 25;
const MAX_LABEL = 75;
const MAX_VALUE = 2_000;
const FEEDBACK_COMMAND = 'feedback';

const pressedSchema = messageActionSchema.unwrap().pick({ command: true, input: true, asks: true });
/** What a pressed button says: which command runs, with which input, and which input is still to be asked for. */
export type PressedAction = z.infer<typeof pressedSchema>;

/** The buttons of a message: one for each cited passage, those of the message, and the pair for feedback. */
export function drawActions(message: OutgoingMessage): Block[] {
  const { answerId, sources, actions } = message;
  const passages =
    answerId === undefined
      ? []
      : sources.map((source): MessageAction => ({
          label: `[${source.number}] ${describeSource(source)}`,
          command: 'passage',
          input: { answer: answerId, source: source.number },
        }));
  const feedback = actions.filter(({ command }) => command === FEEDBACK_COMMAND);
  const buttons = [...passages, ...actions.filter(({ command }) => command !== FEEDBACK_COMMAND)];
  return [...drawButtons(buttons), ...drawFeedback(feedback)];
}

/** Buttons in as many blocks as they need. */
export function drawButtons(actions: readonly MessageAction[]): Block[] {
  const buttons = actions.flatMap((action, index): types.Button[] => {
    const value = valueOf(action);
    if (value.length > MAX_VALUE) return [];
    return [
      { type: 'button', action_id: `${ACTION_PREFIX}run.${index}`, text: plainText(action.label, MAX_LABEL), value },
    ];
  });
  const blocks: Block[] = [];
  for (let from = 0; from < buttons.length; from += MAX_BUTTONS)
    blocks.push({ type: 'actions', elements: buttons.slice(from, from + MAX_BUTTONS) });
  return blocks;
}

function drawFeedback(actions: readonly MessageAction[]): Block[] {
  const voteOf = (vote: string): MessageAction | undefined => actions.find(({ input }) => input['vote'] === vote);
  const up = voteOf('up');
  const down = voteOf('down');
  if (up === undefined || down === undefined) return drawButtons(actions);
  const button = (action: MessageAction, says: string) => ({
    text: plainText(action.label, MAX_LABEL),
    accessibility_label: says,
    value: valueOf(action),
  });
  return [
    {
      type: 'context_actions',
      elements: [
        {
          type: 'feedback_buttons',
          action_id: FEEDBACK_ID,
          positive_button: button(up, 'This answer helped'),
          negative_button: button(down, 'This answer did not help'),
        },
      ],
    },
  ];
}

function valueOf({ command, input, asks }: MessageAction): string {
  return JSON.stringify({ command, input, ...(asks === undefined ? {} : { asks }) });
}

/** What a button's value says; undefined for one that Docent did not draw. */
export function readPressed(value: string): PressedAction | undefined {
  try {
    return pressedSchema.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}
