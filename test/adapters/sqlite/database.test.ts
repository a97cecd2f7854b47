import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/adapters/sqlite/database.js';
import { temporaryFolder } from '../../support/temporary-folder.js';

const create = 'CREATE TABLE notes (text TEXT NOT NULL) STRICT;';
const grow = `ALTER TABLE notes ADD COLUMN author TEXT NOT NULL DEFAULT 'ada';`;

describe('database', () => {
  it('brings an older file to the newest version and keeps its rows', async () => {
    const file = path.join(await temporaryFolder(), 'a.sqlite');
    const old = await openDatabase({ path: file, migrations: [create] });
    old.run('INSERT INTO notes (text) VALUES (?)', 'hello');
    old.close();
    const database = await openDatabase({ path: file, migrations: [create, grow] });
    expect(database.get('SELECT * FROM notes')).toMatchObject({ text: 'hello', author: 'ada' });
    database.close();
  });

  it('refuses a file of a newer version', async () => {
    const file = path.join(await temporaryFolder(), 'a.sqlite');
    (await openDatabase({ path: file, migrations: [create, grow] })).close();
    const opening = openDatabase({ path: file, migrations: [create] });
    await expect(opening).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE', userMessage: /newer Docent/ });
  });

  it('leaves no byte of what was deleted in its file', async () => {
    const file = path.join(await temporaryFolder(), 'a.sqlite');
    const database = await openDatabase({ path: file, migrations: [create] });
    for (const text of ['a whispered secret', 'a short note'])
      database.run('INSERT INTO notes (text) VALUES (?)', text.repeat(1_000));
    database.run(`DELETE FROM notes WHERE text LIKE '%secret%'`);
    database.close();
    const bytes = await readFile(file, 'latin1');
    expect(bytes).toContain('a short note');
    expect(bytes).not.toContain('a whispered secret');
  });

  it('says which file cannot be opened', async () => {
    const file = path.join(await temporaryFolder(), 'missing', 'a.sqlite');
    const opening = openDatabase({ path: file, migrations: [create] });
    await expect(opening).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      userMessage: expect.stringContaining(file) as string,
    });
  });

  it('undoes a transaction that throws, and passes the error on', async () => {
    const database = await openDatabase({ path: path.join(await temporaryFolder(), 'a.sqlite'), migrations: [create] });
    const failure = new Error('half way');
    const failing = (): never =>
      database.transaction(() => {
        database.run('INSERT INTO notes (text) VALUES (?)', 'gone');
        throw failure;
      });
    expect(failing).toThrow(failure);
    database.transaction(() => database.run('INSERT INTO notes (text) VALUES (?)', 'kept'));
    expect(database.all('SELECT text FROM notes')).toMatchObject([{ text: 'kept' }]);
    database.close();
  });

  it('translates what SQLite throws, and says that it is unhealthy', async () => {
    const database = await openDatabase({ path: path.join(await temporaryFolder(), 'a.sqlite'), migrations: [create] });
    expect(database.health().state).toBe('healthy');
    expect(() => database.run('INSERT INTO notes (text) VALUES (?)', null)).toThrow(
      expect.objectContaining({ code: 'ENGINE_UNAVAILABLE', retryable: true }),
    );
    database.close();
    expect(database.health().state).toBe('unhealthy');
  });

  it('is unhealthy while it can be read alone, as on a full disk', async () => {
    const database = await openDatabase({ path: path.join(await temporaryFolder(), 'a.sqlite'), migrations: [create] });
    database.run('PRAGMA query_only = ON');
    expect(database.health()).toMatchObject({
      state: 'unhealthy',
      fix: expect.stringContaining('disk is not full') as string,
    });
    database.run('PRAGMA query_only = OFF');
    expect(database.health().state).toBe('healthy');
    database.close();
  });
});
