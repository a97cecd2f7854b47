import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { DocentError } from '../../../core/errors.js';

/** Keeps tokens and marks under the key of the settings. */
export interface TokenSeal {
  /** The token, encrypted for this owner alone. */
  seal(token: string, owner: string): string;
  /** @throws DocentError `SETTINGS_INVALID` for a token that was sealed under another key, for another owner, or changed. */
  open(sealed: string, owner: string): string;
  /** A mark on a text that nobody without the key can make. */
  mark(text: string): string;
  isMarked(text: string, mark: string): boolean;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** A seal of AES-256-GCM, with a key derived from the setting's text. */
export function createTokenSeal(keyText: string): TokenSeal {
  const derive = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', keyText, '', `docent slack ${purpose}`, KEY_BYTES));
  const key = derive('tokens');
  const markKey = derive('install state');
  const markOf = (text: string): Buffer => createHmac('sha256', markKey).update(text).digest();

  return {
    seal(token, owner) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce).setAAD(Buffer.from(owner));
      const body = Buffer.concat([cipher.update(token, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
    },
    open(sealed, owner) {
      try {
        const bytes = Buffer.from(sealed, 'base64');
        const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
          .setAAD(Buffer.from(owner))
          .setAuthTag(tag);
        const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (error) {
        throw new DocentError('SETTINGS_INVALID', {
          userMessage:
            'The token of this Slack workspace cannot be read: SLACK_TOKEN_KEY is not the one it was kept under. Set that one again, or install Docent there anew.',
          cause: error,
        });
      }
    },
    mark: (text) => markOf(text).toString('base64url'),
    isMarked(text, mark) {
      const given = Buffer.from(mark, 'base64url');
      const right = markOf(text);
      return given.length === right.length && timingSafeEqual(given, right);
    },
  };
}
