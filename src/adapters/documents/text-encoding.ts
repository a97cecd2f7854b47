/** Bytes looked at to tell text from anything else, and to guess an encoding. */
const SAMPLE_BYTES = 65_536;
/** More control characters than this share is no text. */
const MAX_CONTROL_SHARE = 0.005;
/** From this share of zero bytes in one half of the byte pairs, and below it by far in the other, text is UTF-16. */
const ZERO_SHARE = 0.3;
const STRAY_ZERO_SHARE = 0.05;

const byteOrderMarks = [
  { encoding: 'utf-8', mark: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', mark: [0xff, 0xfe] },
  { encoding: 'utf-16be', mark: [0xfe, 0xff] },
] as const;

/** Whether the bytes are text in some usual encoding, judged by their start. */
export function isText(bytes: Uint8Array): boolean {
  if (markedEncoding(bytes) !== undefined) return true;
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (sample.includes(0)) return unmarkedUtf16(sample) !== undefined;
  const controls = sample.filter((byte) => byte < 0x20 && !isWhiteSpace(byte)).length;
  return sample.length > 0 && controls <= sample.length * MAX_CONTROL_SHARE;
}

/** The start of a text, enough to recognise its format. */
export function startOfText(bytes: Uint8Array): string {
  const sample = bytes.subarray(0, 2_048);
  return new TextDecoder(markedEncoding(sample) ?? unmarkedUtf16(sample) ?? 'utf-8').decode(sample);
}

/**
 * Decodes text: by its byte order mark, else as UTF-16 when every other byte is zero, else as UTF-8 when it is valid,
 * else as `declared` when the document names an encoding, else by the most likely encoding.
 */
export async function decodeText(bytes: Uint8Array, declared?: string): Promise<string> {
  const certain = markedEncoding(bytes) ?? unmarkedUtf16(bytes.subarray(0, SAMPLE_BYTES));
  if (certain !== undefined) return new TextDecoder(certain).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(knownEncoding(declared ?? (await likelyEncoding(bytes)))).decode(bytes);
  }
}

function isWhiteSpace(byte: number): boolean {
  return byte >= 0x08 && byte <= 0x0d;
}

function markedEncoding(bytes: Uint8Array): string | undefined {
  return byteOrderMarks.find(({ mark }) => mark.every((byte, index) => bytes[index] === byte))?.encoding;
}

function unmarkedUtf16(sample: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const pairs = Math.floor(sample.length / 2);
  if (pairs === 0) return undefined;
  const zeros = [0, 0];
  for (let index = 0; index < pairs * 2; index += 1)
    if (sample[index] === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [high = 0, low = 0] = zeros.map((count) => count / pairs);
  if (low >= ZERO_SHARE && high <= STRAY_ZERO_SHARE) return 'utf-16le';
  if (high >= ZERO_SHARE && low <= STRAY_ZERO_SHARE) return 'utf-16be';
  return undefined;
}

async function likelyEncoding(bytes: Uint8Array): Promise<string> {
  const { detect } = await import('chardet');
  return detect(bytes.subarray(0, SAMPLE_BYTES)) ?? 'windows-1252';
}

/** The encoding of that label, or the commonest one when there is no such label. */
function knownEncoding(label: string): string {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return 'windows-1252';
  }
}
