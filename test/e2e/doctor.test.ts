import { expect, it } from 'vitest';
import { runDocent } from '../support/docent-process.js';
import { describeWithAll } from '../support/obtained.js';
import { useServerEngines } from '../support/server-engines.js';
import { temporaryFolder } from '../support/temporary-folder.js';

describeWithAll(['redis-server', 'chroma'], 'docent doctor on the server profile', (parts) => {
  const engines = useServerEngines(parts);

  it('tells of each server where it is, its version, and what it has', async () => {
    const { code, stdout } = await runDocent(['doctor'], await temporaryFolder(), engines().environment);
    expect(stdout).toMatch(/^Profile server, role all/);
    expect(stdout).toMatch(/^redis +healthy +Redis \d+\.\d+\.\d+ \(127\.0\.0\.1:\d+\) answers as master\.$/m);
    expect(stdout).toMatch(
      /^search by meaning +healthy +Chroma \d\S* at http:\S+ has 0 of Docent's collections; Docent signs in/m,
    );
    expect(stdout).toMatch(/^language model +healthy +Ollama \S+ at http:\S+ has the model "qwen3:8b"/m);
    expect(stdout).toMatch(/^embedder +healthy +Ollama \S+ at http:\S+ has the model "nomic-embed-text"/m);
    expect(code).toBe(0);
  });

  it('names a model that is missing, and what downloads it', async () => {
    const environment = { ...engines().environment, OLLAMA_CHAT_MODEL: 'mistral' };
    const { code, stdout } = await runDocent(['doctor'], await temporaryFolder(), environment);
    expect(stdout).toMatch(/^language model +degraded .*"mistral"/m);
    expect(stdout).toMatch(/^language model: .*`docent models --pull`.*`ollama pull mistral`/m);
    expect(code).toBe(0);
  });

  it('shows all of them when some are away, and why Docent cannot start', async () => {
    await Promise.all([engines().redis.kill(), engines().chroma.kill()]);
    const { code, stdout } = await runDocent(['doctor'], await temporaryFolder(), engines().environment);
    expect(stdout).toMatch(/^records +unhealthy +Redis \(127\.0\.0\.1:\d+\) does not answer\.$/m);
    expect(stdout).toMatch(/^search by meaning +unhealthy +Chroma at http:\S+ cannot be reached/m);
    expect(stdout).toMatch(/^search by meaning: .*CHROMA_URL/m);
    expect(stdout).toMatch(/^language model +healthy/m);
    expect(stdout).toMatch(/^keyword search +healthy/m);
    expect(stdout).toMatch(/\nDocent cannot start:\n- redis: .*REDIS_URL/);
    expect(code).toBe(1);
  });
});
