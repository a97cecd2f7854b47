import { DocentError } from './errors.js';

/** `DOCUMENT_TOO_LARGE` for an upload over its bound. */
export function blobTooLarge(maxBytes: number): DocentError {
  return new DocentError('DOCUMENT_TOO_LARGE', {
    userMessage: `The file is over the limit of ${megabytes(maxBytes)} MB. Split it, or save it without pictures.`,
  });
}

/** `QUEUE_FULL`, retryable, when the uploads that wait leave no room for another. */
export function noRoomForBlob(maxTotalBytes: number): DocentError {
  return new DocentError('QUEUE_FULL', {
    userMessage: `The uploads that are waiting take all of the ${megabytes(maxTotalBytes)} MB kept for them. Try again when some are done.`,
    retryable: true,
  });
}

/** `BLOB_MISSING` for bytes that are not there. */
export function blobMissing(cause?: unknown): DocentError {
  return new DocentError('BLOB_MISSING', {
    userMessage: 'The bytes of this upload are gone. Upload the file again.',
    cause,
  });
}

/** A number of bytes in megabytes, as people read it. */
export function megabytes(bytes: number): string {
  return (bytes / 1_048_576).toFixed(bytes < 10_485_760 ? 1 : 0);
}
