import { describe, expect, it } from 'vitest';
import { refusalOf, replyOf, toEngineError } from '../../../src/adapters/redis/redis-errors.js';

/** As Redis before version 7 says that a command in a script was refused. */
const inOldScript = (reply: string): Error =>
  new Error(
    `ERR Error running script (call to f_1028a5dba704e1d8a01fd96efeba25bb78f62df2): @user_script:4: @user_script: 4: -${reply}`,
  );

describe('what Redis says', () => {
  it.each([
    "READONLY You can't write against a read only replica.",
    "OOM command not allowed when used memory > 'maxmemory'.",
  ])('is the same in a script of any version: %s', (reply) => {
    expect(replyOf(inOldScript(reply))).toBe(reply);
    expect(replyOf(new Error(reply))).toBe(reply);
  });

  it('says what to do when its memory is full, also in a script of an old version', () => {
    const full = "OOM command not allowed when used memory > 'maxmemory'.";
    expect(refusalOf(inOldScript(full))).toContain('raise maxmemory');
  });

  it.each([
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host name'],
    ['CERT_HAS_EXPIRED', 'not valid at this time'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'REDIS_CA_FILE'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'REDIS_CA_FILE'],
  ])('is told apart by what is wrong with its certificate: %s', (code, fix) => {
    expect(refusalOf(Object.assign(new Error('no'), { code }))).toContain(fix);
  });

  it('is told to members without what the operator must do, which the log and health know', () => {
    const error = toEngineError(new Error("OOM command not allowed when used memory > 'maxmemory'."));
    expect(error).toMatchObject({ code: 'ENGINE_UNAVAILABLE', retryable: true });
    expect(error.userMessage).toMatch(/temporarily unavailable.*the operator was told/);
    expect(error.userMessage).not.toMatch(/Redis|memory/i);
    expect(error.cause).toMatchObject({ message: expect.stringMatching(/^OOM .*'maxmemory'\. .*raise maxmemory/) });
    expect(refusalOf(error.cause)).toContain('raise maxmemory');
  });

  it('of a script that is wrong stays as it is', () => {
    const message = 'ERR Error running script (call to f_1): @user_script:1: attempt to index a nil value';
    expect(replyOf(new Error(message))).toBe(message);
  });
});
