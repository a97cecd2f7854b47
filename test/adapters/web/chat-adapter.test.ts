import { randomUUID } from 'node:crypto';
import type { Exchange, Message, Thread } from '../../../src/adapters/web/page/wire.js';
import { addressOf } from '../../../src/adapters/web/chat-events.js';
import { describeChatAdapterContract } from '../../contracts/chat-adapter.contract.js';
import { openWeb } from './open-web.js';

const room = '/api/creators/coach';

describeChatAdapterContract('web', async (host) => {
  const web = await openWeb({ host });
  const browser = await web.visit();
  const { thread } = await browser.send<{ thread: Thread }>('POST', `${room}/threads`, {});
  const exchanges = async (threadId: string): Promise<Exchange[]> => {
    const page = await browser.send<{ exchanges: Exchange[] }>('GET', `${room}/threads/${threadId}/exchanges`);
    return page.exchanges;
  };
  const textOf = ({ text, sources }: Message): string =>
    [text, ...sources.map(({ documentName }) => documentName)].join('\n');
  return {
    get adapter() {
      return web.adapter;
    },
    async ask(text) {
      await browser.send('POST', `${room}/threads/${thread.threadId}/exchanges`, { requestId: randomUUID(), text });
    },
    async shown(event) {
      const { exchangeId } = event.replyContext as { exchangeId: string };
      const found = (await exchanges(thread.threadId)).filter((exchange) => exchange.exchangeId === exchangeId);
      return found.flatMap(({ reply }) => (reply === null ? [] : [textOf(reply)]));
    },
    postAddress: addressOf(web.host.defaultCreatorId, null),
    async posted() {
      return (await exchanges('admin')).flatMap(({ reply }) => (reply === null ? [] : [textOf(reply)]));
    },
    elsewhere: () => web.elsewhere(),
    restart: () => web.restart(),
  };
});
