import { DocentError } from '../core/errors.js';

/** The error of an answer that is not kept, or not any more. */
export function answerUnknown(): DocentError {
  return new DocentError('COMMAND_INPUT', {
    userMessage: 'I no longer have that answer: answers are kept for 35 days. Ask the question again.',
  });
}
