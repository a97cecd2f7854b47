import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ComponentType,
} from 'discord.js';
import type { MessageAction, OutgoingMessage } from '../../../core/chat/outgoing-message.js';
import { describeSource } from '../../../core/chat/render-answer.js';
import { actionId, passageId } from '../commands/custom-id.js';

/** @see https://discord.com/developers/docs/components/reference */
const MAX_BUTTONS = 5;
const MAX_ROWS = 5;
const MAX_LABEL = 80;
const MAX_OPTIONS = 25;
const MAX_OPTION_LABEL = 100;

type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

/** The select of an answer's sources, and the buttons of a message. */
export function componentsOf(message: OutgoingMessage, followUpCommand: string | null): Row[] {
  const followUp: MessageAction[] =
    followUpCommand !== null && message.answerId !== undefined
      ? [{ label: 'Ask a follow-up', command: followUpCommand, input: {}, asks: 'question' }]
      : [];
  return [...sourceRows(message), ...buttonRows([...message.actions, ...followUp])].slice(0, MAX_ROWS);
}

function sourceRows({ sources, answerId }: OutgoingMessage): Row[] {
  if (answerId === undefined || sources.length === 0) return [];
  return [
    row([
      {
        type: ComponentType.StringSelect,
        custom_id: passageId(answerId),
        placeholder: 'Show passage',
        options: sources.slice(0, MAX_OPTIONS).map((source) => ({
          label: shortened(`[${source.number}] ${describeSource(source)}`, MAX_OPTION_LABEL),
          value: String(source.number),
        })),
      },
    ]),
  ];
}

function buttonRows(actions: readonly MessageAction[]): Row[] {
  const buttons = new Map(
    actions.flatMap((action): [string, APIButtonComponent][] => {
      const id = actionId(action);
      return id === undefined ? [] : [[id, button(id, action.label)]];
    }),
  );
  const all = [...buttons.values()];
  return Array.from({ length: Math.ceil(all.length / MAX_BUTTONS) }, (_, index) =>
    row(all.slice(index * MAX_BUTTONS, (index + 1) * MAX_BUTTONS)),
  );
}

function row(components: APIComponentInMessageActionRow[]): Row {
  return { type: ComponentType.ActionRow, components };
}

function button(customId: string, label: string): APIButtonComponent {
  return {
    type: ComponentType.Button,
    style: ButtonStyle.Secondary,
    custom_id: customId,
    label: shortened(label, MAX_LABEL),
  };
}

function shortened(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1).toWellFormed()}…`;
}
