import { z } from 'zod';
import { button, image } from './elements.js';
import { richTextBlock } from './rich-text.js';
import { identifier, markupText, textUpTo } from './texts.js';

/** A source of an answer: a link with a title (block-elements/url-source-element). */
export const urlSource = z.strictObject({
  type: z.literal('url'),
  url: z.url({ protocol: /^https?$/ }).max(3_000),
  text: textUpTo(3_000),
});

const taskStatus = z.enum(['pending', 'in_progress', 'complete', 'error']);

/** One task of an agent, with its sources (blocks/task-card-block). */
export const taskCardBlock = z.strictObject({
  type: z.literal('task_card'),
  block_id: identifier,
  task_id: textUpTo(255),
  title: textUpTo(3_000),
  details: richTextBlock.optional(),
  output: richTextBlock.optional(),
  sources: z.array(urlSource).optional(),
  status: taskStatus,
});

/** Several tasks (blocks/plan-block). */
export const planBlock = z.strictObject({
  type: z.literal('plan'),
  block_id: identifier,
  title: textUpTo(3_000),
  tasks: z.array(taskCardBlock).optional(),
});

/** A card (blocks/card-block). */
export const cardBlock = z
  .strictObject({
    type: z.literal('card'),
    block_id: identifier,
    hero_image: image.optional(),
    icon: image.optional(),
    title: markupText(150).optional(),
    subtitle: markupText(150).optional(),
    body: markupText(200).optional(),
    actions: z.array(button).min(1).optional(),
  })
  .refine(
    ({ hero_image: hero, title, actions, body }) => [hero, title, actions, body].some((part) => part !== undefined),
    {
      error: 'missing required field: title',
    },
  );

/** Cards in a row (blocks/carousel-block). */
export const carouselBlock = z.strictObject({
  type: z.literal('carousel'),
  block_id: identifier,
  elements: z.array(cardBlock).min(1).max(10),
});

/** What a stream takes, besides `blocks` (@slack/types, chunk.d.ts). */
export const textChunks = [
  z.strictObject({ type: z.literal('markdown_text'), text: textUpTo(12_000) }),
  z.strictObject({ type: z.literal('plan_update'), title: textUpTo(3_000) }),
  z.strictObject({
    type: z.literal('task_update'),
    id: textUpTo(255),
    title: textUpTo(3_000),
    status: taskStatus,
    details: z.string().max(12_000).optional(),
    output: z.string().max(12_000).optional(),
    sources: z.array(urlSource).optional(),
  }),
] as const;
