import { z } from 'zod';
import { setting, settingTypes } from '../../core/settings.js';

/** The official client takes a host and a port: what else a URL can hold would be lost on the way. */
const urlSchema = z
  .string()
  .refine(isOrigin, 'it must look like http://chroma:8000, or https:// for TLS, without a path, user or password')
  .default('http://127.0.0.1:8000');

/** What may stand in a header. */
const credentialSchema = z.string().regex(/^[\x21-\x7e]+$/, 'it may hold printable ASCII without spaces alone');

/** How Chroma is reached, and what is asked of it. */
export const chromaSettingsSchema = z
  .strictObject({
    url: setting(urlSchema, {
      env: 'CHROMA_URL',
      description:
        "Chroma as http://host:port, or https:// for TLS; a private certificate authority goes into Node's NODE_EXTRA_CA_CERTS.",
    }),
    tenant: setting(settingTypes.text('default_tenant'), {
      env: 'CHROMA_TENANT',
      description: "Chroma's tenant; it must exist.",
    }),
    database: setting(settingTypes.text('default_database'), {
      env: 'CHROMA_DATABASE',
      description: 'Database in that tenant; it must exist.',
    }),
    token: setting(credentialSchema.optional(), {
      env: 'CHROMA_TOKEN',
      description: 'Token that is sent with every call; the local server checks none, a proxy in front of it can.',
      secret: true,
    }),
    tokenHeader: setting(z.enum(['authorization', 'x-chroma-token']).default('authorization'), {
      env: 'CHROMA_TOKEN_HEADER',
      description: 'Header of the token: `authorization` (as Bearer) or `x-chroma-token`.',
    }),
    username: setting(credentialSchema.regex(/^[^:]+$/, 'it may not hold a colon').optional(), {
      env: 'CHROMA_USERNAME',
      description: 'User for basic authentication, in place of a token.',
    }),
    password: setting(settingTypes.optionalText(), {
      env: 'CHROMA_PASSWORD',
      description: 'Password for basic authentication.',
      secret: true,
    }),
    timeoutSeconds: setting(settingTypes.integer({ min: 1, max: 120, fallback: 5 }), {
      env: 'CHROMA_TIMEOUT_SECONDS',
      description: 'Longest wait for an answer of Chroma, in seconds; writing may take six times as long.',
    }),
    // The mission's 0.7 cuts off nearly all good passages of small embedders (92 of 100 with USE-Lite): the gate and the
    // fusion weigh similarity instead.
    minSimilarity: setting(z.coerce.number().min(0).max(1).optional(), {
      env: 'CHROMA_MIN_SIMILARITY',
      description:
        'Cosine similarity under which a passage is not found by meaning, 0 to 1. Unset: none is left out, as similarities differ between embedders; 0.7, a common choice, loses most good passages of small ones.',
    }),
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    path: ['password'],
    message: 'CHROMA_USERNAME and CHROMA_PASSWORD go together',
  })
  .refine(({ token, username }) => token === undefined || username === undefined, {
    path: ['token'],
    message: 'CHROMA_USERNAME is set too; set one of the two',
  });

/** The settings, read and checked. */
export type ChromaSettings = z.output<typeof chromaSettingsSchema>;

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, pathname, search, hash } = new URL(text);
  const rest = username + password + pathname + search + hash;
  return /^https?:$/.test(protocol) && hostname !== '' && rest === '/';
}
