import { describe, expect, it } from 'vitest';
import { makeDocx } from '../../support/make-docx.js';
import { makePdf } from '../../support/make-pdf.js';
import { handbook, openDocent, shows, upload } from './open-docent.js';

const lunch = () => makePdf({ title: 'Lunch', pages: [['Lunch is served at noon in the blue room.']] });
const pool = () =>
  makeDocx({ title: 'Pool', sections: [{ heading: 'Pool', paragraphs: ['The pool is closed on Wednesday.'] }] });

async function linked() {
  const docent = await openDocent();
  await docent.link();
  return docent;
}

describe('adding documents on Discord', () => {
  it('takes the files of /ingest, and tells each one its own result', async () => {
    const { server, channel, manager } = await linked();
    const run = manager.useCommand(channel, 'ingest', {
      file: upload('lunch.pdf', await lunch()),
      'file-2': upload('pool.docx', await pool()),
    });
    const result = await shows(() => run.messages, /can be asked about now/);
    expect(result.content).toMatch(/\*\*lunch\.pdf\*\* can be asked about now \(1 page, 1 passage\)/);
    expect(result.content).toMatch(/\*\*pool\.docx\*\* can be asked about now/);
    expect(run.messages).toHaveLength(1);
    expect(server.violations).toEqual([]);
  });

  it('opens a form where /ingest comes without a file', async () => {
    const { server, channel, manager } = await linked();
    const run = manager.useCommand(channel, 'ingest');
    const form = await run.modal();
    expect(form.title).toBe('Ingest');
    const sent = manager.submit(run, {
      $files: [upload('lunch.pdf', await lunch()), upload('pool.docx', await pool())],
      replace: ['no'],
    });
    const result = await shows(() => sent.messages, /can be asked about now/);
    expect(result.content).toMatch(/lunch\.pdf[^]*pool\.docx/);
    expect(server.violations).toEqual([]);
  });

  it('asks a manager whose knowledge is meant where the server has several, and takes no other', async () => {
    const docent = await linked();
    const { server, guild, channel, manager } = docent;
    const pool = guild.addChannel({ name: 'pool' });
    await docent.link({ channel: pool, creator: 'swimming' });
    const fill = { $files: [upload('lunch.pdf', await lunch())], $creator: ['swimming'], replace: ['yes'] };

    const run = manager.useCommand(channel, 'ingest');
    await run.modal();
    const sent = manager.submit(run, fill);
    await shows(() => sent.messages, /can be asked about now/);
    const listed = manager.useCommand(pool, 'documents');
    await shows(() => listed.messages, /lunch\.pdf/);
    const own = manager.useCommand(channel, 'documents');
    await shows(() => own.messages, /no documents here yet/);

    const late = manager.useCommand(channel, 'ingest');
    await late.modal();
    await docent.link({ channel: pool, creator: 'coach' });
    const refused = manager.submit(late, fill);
    await shows(() => refused.messages, /No channel here answers from "swimming"/);
    expect(server.violations).toEqual([]);
  });

  it('takes files for the creator that a manager chooses in a direct message', async () => {
    const docent = await linked();
    const { server, guild, manager, member } = docent;
    const pool = guild.addChannel({ name: 'pool' });
    await docent.link({ channel: pool, creator: 'swimming' });
    const direct = server.addDirectMessage(manager);
    await manager.useCommand(direct, 'use', { creator: 'coach' }).reply();
    for (const $creator of [['coach'], ['swimming']]) {
      const run = manager.useCommand(direct, 'ingest');
      await run.modal();
      const file = upload(`${$creator[0]}.md`, `# ${$creator[0]}\n\nThe gym opens at six.`);
      const sent = manager.submit(run, { $files: [file], $creator, replace: ['yes'] });
      await shows(() => sent.messages, /can be asked about now/);
    }
    const listed = manager.useCommand(pool, 'documents');
    await shows(() => listed.messages, /swimming\.md/);

    const closed = server.addDirectMessage(member);
    await member.useCommand(closed, 'use', { creator: 'coach' }).reply();
    const refused = member.useCommand(closed, 'ingest');
    await refused.modal();
    const sent = member.submit(refused, { $files: [upload('mine.md', '# Mine')], replace: ['yes'] });
    await shows(() => sent.messages, /managers/);
    expect(server.violations).toEqual([]);
  });

  it('takes the file of a posted message from its context menu, also without the words of messages', async () => {
    const docent = await openDocent({ server: { privilegedIntents: [] } });
    await docent.link();
    const { server, channel, manager, member } = docent;
    const posted = member.post(channel, { attachments: [upload('lunch.pdf', await lunch())] });
    const run = manager.useMessageCommand('Add to knowledge', posted);
    await shows(() => run.messages, /\*\*lunch\.pdf\*\* can be asked about now/);
    const empty = member.post(channel, 'No file here.');
    expect((await manager.useMessageCommand('Add to knowledge', empty).reply()).content).toMatch(/has no file/);
    expect(server.violations).toEqual([]);
  });

  it('takes files that come with a mention, and in a direct message from a manager', async () => {
    const { server, channel, manager } = await linked();
    manager.post(channel, { content: `<@${server.bot.id}>`, attachments: [upload('handbook.md', handbook)] });
    await shows(() => channel.messages, /\*\*handbook\.md\*\* can be asked about now/);
    const direct = server.addDirectMessage(manager);
    manager.post(direct, { attachments: [upload('lunch.pdf', await lunch())] });
    await shows(() => direct.messages, /\*\*lunch\.pdf\*\* can be asked about now/);
    expect(server.violations).toEqual([]);
  });

  it('names documents while they are typed', async () => {
    const docent = await linked();
    await docent.addDocument('handbook.md', handbook);
    const { channel, manager, server } = docent;
    const choices = await manager.typeOption(channel, 'forget', { name: 'document', value: 'hand' });
    expect(choices).toEqual([{ name: 'handbook.md', value: 'handbook.md' }]);
    expect(await manager.typeOption(channel, 'forget', { name: 'document', value: 'xyz' })).toEqual([]);
    expect(server.violations).toEqual([]);
  });

  it('downloads from the file server alone, and follows it nowhere', async () => {
    const { server, channel, manager } = await linked();
    server.cdn.failNext({ kind: 'redirect', location: 'http://127.0.0.1:9/elsewhere' });
    const run = manager.useCommand(channel, 'ingest', { file: upload('lunch.pdf', await lunch()) });
    await shows(() => run.messages, /was not added\. It could not be downloaded/);
    server.cdn.failNext({ kind: 'cut', afterBytes: 100 });
    const again = manager.useCommand(channel, 'ingest', { file: upload('lunch.pdf', await lunch()) });
    await shows(() => again.messages, /The download broke off\. Post it again/);
  });
});
