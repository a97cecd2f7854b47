import { RequestError } from './api.js';
import type { Refusal, Upload } from './wire.js';

/**
 * Sends a file's bytes; with XMLHttpRequest, because `fetch` cannot say how far it is.
 * @returns the upload; null when the server knew it already.
 * @throws RequestError.
 */
export function sendBytes(url: string, file: File, onProgress: (doneBytes: number) => void): Promise<Upload | null> {
  return new Promise((resolve, reject) => {
    const lost = (): void =>
      reject(new RequestError(0, 'The file did not arrive. Check the connection to Docent and add it again.'));
    const request = new XMLHttpRequest();
    request.open('POST', url);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.addEventListener('progress', ({ loaded }) => onProgress(loaded));
    request.addEventListener('error', lost);
    request.addEventListener('load', () => {
      const body = parse(request.responseText);
      if (body === undefined) lost();
      else if ('upload' in body) resolve(body.upload);
      else reject(new RequestError(request.status, body.error.message));
    });
    request.send(file);
  });
}

function parse(text: string): { readonly upload: Upload | null } | Refusal | undefined {
  try {
    return JSON.parse(text) as { readonly upload: Upload | null } | Refusal;
  } catch {
    return undefined;
  }
}
