import { describeVectorIndexContract } from '../../contracts/vector-index.contract.js';
import { useChromaServer } from '../../support/chroma-server.js';
import { describeWith } from '../../support/obtained.js';
import { openIndex } from './subject.js';

describeWith('chroma', 'chroma', (part) => {
  const server = useChromaServer(part);

  describeVectorIndexContract('chroma', async () => {
    const { again, clock } = await openIndex(server());
    let port = again();
    return {
      get port() {
        return port;
      },
      now: clock.now,
      advance: clock.advance,
      async reopen() {
        await server().kill();
        await server().restart();
        port = again();
      },
    };
  });
});
