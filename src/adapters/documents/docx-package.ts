import { promisify } from 'node:util';
import type { Entry, Options, ZipFile } from 'yauzl';
import { DocentError } from '../../core/errors.js';
import type { ParseLimits } from '../../core/ports/document-parser.js';
import { refusal } from './refusal.js';

/** More parts than any document has. */
const MAX_PARTS = 5_000;
const MAIN_PART = /^word\/document\d*\.xml$/;
const XML_PART = /\.(?:xml|rels)$/i;
/** A formula in Office Open XML. */
const FORMULA = '<m:oMath';

/** What a look into the package found, before anything is unpacked for real. */
export interface PackageFindings {
  /** Whether the text holds formulas, which get lost on the way to HTML. */
  readonly hasFormulas: boolean;
}

/**
 * Unpacks every part of a Word file once, keeping nothing, and counts what really comes out rather than what the file
 * claims: reading XML takes about 50 times its size in memory, and readers trust the claims.
 * @throws DocentError `DOCUMENT_HOSTILE`, `DOCUMENT_ENCRYPTED` or `DOCUMENT_DAMAGED`.
 */
export async function inspectPackage(bytes: Uint8Array, name: string, limits: ParseLimits): Promise<PackageFindings> {
  const zip = await openZip(bytes, name);
  const inspection: Inspection = { limits, name, parts: 0, inflatedBytes: 0, hasFormulas: false };
  await new Promise<void>((resolve, reject) => {
    zip.once('error', (cause) => reject(damaged(name, cause)));
    zip.once('end', resolve);
    zip.on('entry', (entry: Entry) => {
      inspectPart(zip, entry, inspection).then(() => zip.readEntry(), reject);
    });
    zip.readEntry();
  });
  return { hasFormulas: inspection.hasFormulas };
}

interface Inspection extends PackageFindings {
  readonly limits: ParseLimits;
  readonly name: string;
  parts: number;
  inflatedBytes: number;
  hasFormulas: boolean;
}

async function openZip(bytes: Uint8Array, name: string): Promise<ZipFile> {
  const { default: yauzl } = await import('yauzl');
  const open = promisify<Buffer, Options, ZipFile>(yauzl.fromBuffer);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return open(buffer, { lazyEntries: true, validateEntrySizes: false }).catch((cause: unknown) => {
    throw damaged(name, cause);
  });
}

async function inspectPart(zip: ZipFile, entry: Entry, inspection: Inspection): Promise<void> {
  const { limits, name } = inspection;
  if (entry.isEncrypted()) throw encrypted(name);
  if ((inspection.parts += 1) > MAX_PARTS) throw tooBig(name);
  const maxPartBytes = XML_PART.test(entry.fileName) ? limits.maxXmlBytes : limits.maxInflatedBytes;
  const isMainPart = MAIN_PART.test(entry.fileName);
  let partBytes = 0;
  try {
    for await (const chunk of await openPart(zip, entry)) {
      partBytes += chunk.length;
      inspection.inflatedBytes += chunk.length;
      if (partBytes > maxPartBytes || inspection.inflatedBytes > limits.maxInflatedBytes) throw tooBig(name);
      if (isMainPart && chunk.includes(FORMULA)) inspection.hasFormulas = true;
    }
  } catch (error) {
    throw error instanceof DocentError ? error : damaged(name, error);
  }
}

function openPart(zip: ZipFile, entry: Entry): Promise<AsyncIterable<Buffer>> {
  return new Promise((resolve, reject) => {
    zip.openReadStream(entry, (error, stream) => (error === null ? resolve(stream) : reject(error)));
  });
}

function damaged(name: string, cause: unknown): Error {
  const says = 'is damaged or incomplete: it cannot be unpacked. Open it in Word, save it again, and post that file.';
  return refusal('DOCUMENT_DAMAGED', name, says, cause);
}

function encrypted(name: string): Error {
  return refusal('DOCUMENT_ENCRYPTED', name, 'is protected by a password. Save it without one and post that file.');
}

function tooBig(name: string): Error {
  return refusal(
    'DOCUMENT_HOSTILE',
    name,
    'unpacks to far more than a document should, so it was not read. Save it again from Word, without embedded files.',
  );
}
