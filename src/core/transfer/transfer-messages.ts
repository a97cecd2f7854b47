import { escapeMarkdown } from '../chat/escape.js';
import { type OutgoingMessage, notice } from '../chat/outgoing-message.js';
import { counted, listed } from '../chat/words.js';
import type { CreatorId } from '../ids.js';
import type { ExportSummary } from './export-creator.js';
import type { ImportSummary } from './import-creator.js';

/** What an operator is told of an export. */
export function describeExport(creatorId: CreatorId, summary: ExportSummary): OutgoingMessage {
  const { documents, chunks, links, leftOut } = summary;
  const parts = [
    counted(documents, 'document'),
    counted(chunks, 'passage'),
    ...(links === 0 ? [] : [counted(links, 'channel link')]),
  ];
  const rest =
    leftOut === 0
      ? ''
      : ` Left out: ${counted(leftOut, 'document')} with nothing to answer from yet; "documents" shows why.`;
  return notice(`**${escapeMarkdown(creatorId)}** was exported: ${listed(parts)}.${rest}`, {
    creator: creatorId,
    ...summary,
  });
}

/** What an operator is told of an import. */
export function describeImport(summary: ImportSummary): OutgoingMessage {
  const { creatorId, added, replaced, known, kept, chunks, links } = summary;
  const parts = [
    `${counted(added, 'document')} added`,
    ...(replaced === 0 ? [] : [`${replaced} replaced`]),
    ...(known === 0 ? [] : [`${known} already known`]),
    ...(kept === 0 ? [] : [`${kept} kept with another content`]),
    ...(links === 0 ? [] : [`${counted(links, 'channel link')} put back`]),
  ];
  const next =
    chunks === 0
      ? ''
      : ` ${counted(chunks, 'passage')} can be asked about now; what they mean is learned in the background.`;
  const { creatorId: creator, ...counts } = summary;
  return notice(`**${escapeMarkdown(creatorId)}**: ${listed(parts)}.${next}`, { creator, ...counts });
}
