import { beforeEach, describe, expect, it } from 'vitest';
import { DocentError } from '../../src/core/errors.js';
import type { Logger } from '../../src/core/ports/logger.js';

export interface LoggerSubject {
  /** Lets every level through. */
  readonly logger: Logger;
  /** Everything written so far. */
  output(): string;
}

const secrets = {
  'a Discord token': ['MTk4NjIyNDgzNDcxOTI1MjQ4', 'Cl2FMQ', 'ZnCjm1XVW7vRze4b7Cq4se7kKWs'].join('.'),
  'a Slack bot token': ['xoxb', '1234567890', 'abcdefghijklmnop'].join('-'),
  'a Slack app token': ['xapp', '1', 'A01234567', '890', 'abcdef0123456789'].join('-'),
  'a bearer token': 'Bearer q1w2e3r4t5y6u7i8',
  'a password in an address': 'redis://docent:hunter2hunter2@cache:6379/0',
  'a password with a slash in an address': 'redis://:hunter2/hunter2@cache:6379/0',
  'a password with an @ in an address': 'redis://docent:pa@hunter2@cache:6379/0',
  'a password in JSON inside JSON': String.raw`{"error":"{\"password\":\"hunter2hunter2\"}"}`,
  'a key in an address': 'https://example.org/search?q=x&api_key=0123456789abcdef',
  'a signed address': 'https://cdn.example.org/file.pdf?ex=66&is=65&hm=0123456789abcdef0123',
  'a JSON value': '{"password":"correct horse"}'.replace(' ', '-'),
};
const secretParts = /ZnCjm1XV|abcdef|q1w2e3|hunter2|0123456789|correct-horse/;

/** What every log promises. */
export function describeLoggerContract(name: string, createSubject: () => LoggerSubject): void {
  describe(`Logger contract: ${name}`, () => {
    let subject: LoggerSubject;
    beforeEach(() => {
      subject = createSubject();
    });

    it('writes the event with its fields', () => {
      subject.logger.info('listening', { port: 3000, host: 'localhost', secure: false });
      expect(subject.output()).toContain('listening');
      expect(subject.output()).toContain('3000');
      expect(subject.output()).toContain('localhost');
    });

    it('tells the four levels apart', () => {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) subject.logger[level](`at-${level}`);
      const lines = subject.output().trim().split('\n');
      expect(lines).toHaveLength(4);
      expect(lines.map((line) => /debug|info|warn|error/i.exec(line)?.[0].toLowerCase())).toEqual([
        'debug',
        'info',
        'warn',
        'error',
      ]);
    });

    it('adds the fields of a child to each of its lines, and of its parents', () => {
      const child = subject.logger.child({ plugin: 'minilm' }).child({ worker: 7 });
      child.info('started');
      expect(subject.output()).toMatch(/minilm/);
      expect(subject.output()).toMatch(/worker\W+7/);
    });

    it('writes the code, message and stack of an error and of its causes', () => {
      const cause = Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' });
      subject.logger.error('failed', {}, new DocentError('MODEL_UNAVAILABLE', { userMessage: 'no model', cause }));
      for (const part of ['MODEL_UNAVAILABLE', 'no model', 'ECONNREFUSED', 'connection refused', 'logger.contract'])
        expect(subject.output()).toContain(part);
    });

    it.each(Object.entries(secrets))(
      'hides %s in fields, child fields, messages and nested causes',
      (_what, secret) => {
        const nested = new Error('outer', {
          cause: new AggregateError([new Error(`inner ${secret}`)], `all ${secret}`),
        });
        const logger = subject.logger.child({ from: secret });
        logger.info('field', { value: `before ${secret} after` });
        logger.warn('message', {}, new Error(`bad ${secret}`));
        logger.error('nested', {}, nested);
        logger.error('thrown text', {}, `failed with ${secret}`);
        expect(subject.output()).toContain('inner');
        expect(subject.output()).not.toMatch(secretParts);
      },
    );

    it('writes nothing of what an error carries beside its words, and hides secrets in its name and code', () => {
      const [, token = ''] = Object.values(secrets);
      const carried = {
        url: `https://example.org/?token=${token}`,
        body: 'my salary',
        headers: { cookie: 'sid=plain' },
      };
      const cause = Object.assign(new Error('inner'), { request: carried });
      const error = Object.assign(new Error('outer', { cause }), carried, {
        name: `At ${token}`,
        code: `for ${token}`,
      });
      subject.logger.error('failed', {}, error);
      subject.logger.error('thrown object', {}, carried);
      subject.logger.error('object as a cause', {}, new Error('outer', { cause: carried }));
      expect(subject.output()).toContain('inner');
      expect(subject.output()).not.toMatch(/salary|plain|abcdef/);
    });

    it('hides what a field calls a secret', () => {
      subject.logger.info('set', { botToken: 'plain', apiKey: 'plain', outputTokens: 42 });
      expect(subject.output()).not.toContain('plain');
      expect(subject.output()).toContain('42');
    });

    it('leaves ordinary text readable', () => {
      const text = 'embedded 12 chunks of creator coach in 3.5 s at https://example.org/a/b?page=2 (node:fs v20.20.2)';
      subject.logger.info('done', { text });
      expect(subject.output()).toContain(text);
    });

    it('keeps one line an event, whatever the fields hold', () => {
      subject.logger.info('forged', { name: 'a\n{"level":"error"}\r\n\u001b[31mred' });
      expect(subject.output().trimEnd().split('\n')).toHaveLength(1);
      expect(subject.output()).not.toContain('\u001b');
    });

    it('survives causes that go in circles, thrown nothings and texts without end', () => {
      const circular = new Error('circular');
      circular.cause = circular;
      subject.logger.error('circular', {}, circular);
      subject.logger.error('null', {}, null);
      subject.logger.error('object', {}, Object.create(null));
      subject.logger.error('long', {}, new Error('x'.repeat(1_000_000)));
      expect(subject.output().length).toBeLessThan(100_000);
      expect(subject.output()).toMatch(/null[^]*object/i);
    });
  });
}
