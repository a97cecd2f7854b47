import { DocentError, type DocumentParser, defineCommand, definePlugin, notice } from 'docent';
import { z } from 'zod';

const CUE = /^(?:\d+\s+)?(\d\d):(\d\d):(\d\d)[.,]\d+ --> .*\n([\s\S]+)$/;

/** Reads subtitles (.srt, .vtt), so that a course's videos can be asked about: one section a minute. */
export const parser: DocumentParser = {
  name: 'subtitles',
  recognise(bytes) {
    return /\d\d:\d\d:\d\d[.,]\d{3} --> \d\d:\d\d:\d\d/.test(new TextDecoder().decode(bytes.subarray(0, 2_000)))
      ? 'certain'
      : 'no';
  },
  async parse(bytes, { name }) {
    const minutes = new Map<string, string[]>();
    for (const block of new TextDecoder()
      .decode(bytes)
      .replaceAll('\r', '')
      .split(/\n{2,}/)) {
      const [, hours, minute, , words] = CUE.exec(block.trim()) ?? [];
      if (words === undefined) continue;
      const heading = `From ${hours}:${minute}`;
      minutes.set(heading, [...(minutes.get(heading) ?? []), words.replaceAll(/<[^>]+>|\n/g, ' ').trim()]);
    }
    if (minutes.size === 0)
      throw new DocentError('DOCUMENT_EMPTY', {
        userMessage: `"${name}" holds no subtitles. Export them again as .srt or .vtt.`,
      });
    const sections = [...minutes].map(([heading, lines]) => ({
      headingPath: [heading],
      page: null,
      blocks: [{ kind: 'paragraph' as const, text: lines.join(' ') }],
    }));
    return { title: null, sections, pageCount: null, skipped: [] };
  },
};

const countdown = defineCommand({
  name: 'countdown',
  description: 'Says how many days there are until a date.',
  input: z.object({ date: z.iso.date().meta({ description: 'The day, such as 2027-05-02' }) }),
  access: 'member',
  readOnly: true,
  needsCreator: false,
  async run({ input, services }) {
    const days = Math.ceil((Date.parse(input.date) - services.clock.now()) / 86_400_000);
    return notice(days > 0 ? `${days} days to go. Keep going!` : 'That day has come.', { days });
  },
});

export default definePlugin({
  name: 'coach-tools',
  description: 'Reads subtitles and counts the days to a race.',
  commands: [countdown],
  parsers: [{ name: 'subtitles', label: 'Subtitles', extensions: ['.srt', '.vtt'], module: new URL(import.meta.url) }],
});
