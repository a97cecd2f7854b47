/** Discord's error codes that the stand-in answers with, each with the HTTP status that it comes with. */
const catalogue = {
  UNKNOWN_ROUTE: [404, 0, '404: Not Found'],
  UNAUTHORIZED: [401, 0, '401: Unauthorized'],
  UNKNOWN_APPLICATION: [404, 10002, 'Unknown Application'],
  UNKNOWN_CHANNEL: [404, 10003, 'Unknown Channel'],
  UNKNOWN_GUILD: [404, 10004, 'Unknown Guild'],
  UNKNOWN_MEMBER: [404, 10007, 'Unknown Member'],
  UNKNOWN_MESSAGE: [404, 10008, 'Unknown Message'],
  UNKNOWN_USER: [404, 10013, 'Unknown User'],
  UNKNOWN_WEBHOOK: [404, 10015, 'Unknown Webhook'],
  UNKNOWN_INTERACTION: [404, 10062, 'Unknown interaction'],
  UNKNOWN_COMMAND: [404, 10063, 'Unknown application command'],
  TOO_MANY_COMMANDS: [400, 30032, 'Maximum number of application commands reached'],
  TOO_MANY_COMMAND_CREATES: [400, 30034, 'Max number of daily application command creates has been reached (200)'],
  TOO_LARGE: [413, 40005, 'Request entity too large'],
  ALREADY_ACKNOWLEDGED: [400, 40060, 'Interaction has already been acknowledged.'],
  MISSING_ACCESS: [403, 50001, 'Missing Access'],
  NOT_IN_DIRECT_MESSAGE: [403, 50003, 'Cannot execute action on a DM channel'],
  NOT_THE_AUTHOR: [403, 50005, 'Cannot edit a message authored by another user'],
  EMPTY_MESSAGE: [400, 50006, 'Cannot send an empty message'],
  NO_DIRECT_MESSAGES: [403, 50007, 'Cannot send messages to this user'],
  NOT_A_TEXT_CHANNEL: [400, 50008, 'Cannot send messages in a non-text channel'],
  MISSING_PERMISSIONS: [403, 50013, 'Missing Permissions'],
  WRONG_CHANNEL_TYPE: [400, 50024, 'Cannot execute action on this channel type'],
  INVALID_WEBHOOK_TOKEN: [401, 50027, 'Invalid Webhook Token'],
  INVALID_FORM: [400, 50035, 'Invalid Form Body'],
  INVALID_API_VERSION: [400, 50041, 'Invalid API version'],
  THREAD_ARCHIVED: [400, 50083, 'Thread is archived'],
  INVALID_JSON: [400, 50109, 'The request body contains invalid JSON.'],
  NO_HISTORY_FOR_REPLY: [400, 160002, 'Cannot reply without permission to read message history'],
  THREAD_EXISTS: [400, 160004, 'A thread has already been created for this message'],
  THREAD_LOCKED: [400, 160005, 'Thread is locked'],
} as const satisfies Record<string, readonly [status: number, code: number, message: string]>;

/** What Discord refuses with (topics/opcodes-and-status-codes). */
export type RefusalName = keyof typeof catalogue;

/** A refusal as Discord sends it: a status and `{ code, message, errors }`. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;
  readonly errors: object | undefined;

  constructor(name: RefusalName, errors?: object) {
    const [status, code, message] = catalogue[name];
    super(message);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}
