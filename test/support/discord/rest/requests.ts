import type { IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { RequestFile } from '../message-bodies.js';
import { Refusal } from '../refusal.js';

/** What came with a request. */
export interface RequestBody {
  /** Parsed JSON; undefined when there is none. */
  readonly json: unknown;
  readonly files: readonly RequestFile[];
}

const MAX_FILE_BYTES = 10_485_760;
const MAX_REQUEST_BYTES = 26_214_400;
const FILE_FIELD = /^files\[(?<index>\d+)\]$/;

/** Reads a body (reference, Uploading Files). @throws Refusal for one that is too large, or of another shape. */
export async function readRequest(request: IncomingMessage): Promise<RequestBody> {
  const bytes = await buffer(request);
  if (bytes.byteLength > MAX_REQUEST_BYTES) throw new Refusal('TOO_LARGE');
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) {
    if (bytes.byteLength === 0) return { json: undefined, files: [] };
    if (!type.startsWith('application/json')) throw new Refusal('INVALID_FORM', contentTypeErrors);
    return { json: parse(bytes.toString()), files: [] };
  }
  // oxlint-disable-next-line typescript/no-deprecated -- deprecated for large and hostile bodies; these are a test's own
  const form = await new Response(bytes, { headers: { 'content-type': type } }).formData().catch(() => {
    throw new Refusal('INVALID_FORM', contentTypeErrors);
  });
  const json = form.get('payload_json');
  return { json: typeof json === 'string' ? parse(json) : {}, files: await filesOf(form) };
}

const contentTypeErrors = {
  _errors: [
    {
      code: 'CONTENT_TYPE_INVALID',
      message: 'Expected "Content-Type" header to be one of application/json, multipart/form-data.',
    },
  ],
};

async function filesOf(form: FormData): Promise<RequestFile[]> {
  const files: RequestFile[] = [];
  for (const [field, value] of form.entries()) {
    if (field === 'payload_json') continue;
    const index = FILE_FIELD.exec(field)?.groups?.['index'];
    if (index === undefined || typeof value === 'string')
      throw new Refusal('INVALID_FORM', {
        [field]: { _errors: [{ code: 'UNKNOWN_FIELD', message: 'Files are named files[n].' }] },
      });
    if (value.size > MAX_FILE_BYTES) throw new Refusal('TOO_LARGE');
    files.push({
      index,
      upload: {
        name: value.name,
        bytes: new Uint8Array(await value.arrayBuffer()),
        ...(value.type !== '' && { contentType: value.type }),
      },
    });
  }
  return files;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Refusal('INVALID_JSON');
  }
}
