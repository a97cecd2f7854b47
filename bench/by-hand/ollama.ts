import { z } from 'zod';

const embedSchema = z.object({ embeddings: z.array(z.array(z.number())) });
const lineSchema = z.object({ message: z.object({ content: z.string() }) });

/** Vectors of texts, by one bare request. */
export async function embedByHand(ollamaUrl: string, input: readonly string[]): Promise<number[][]> {
  const response = await post(`${ollamaUrl}/api/embed`, { model: 'nomic-embed-text', input });
  return embedSchema.parse(await response.json()).embeddings;
}

/** An answer, by one bare request that is streamed. */
export async function chatByHand(ollamaUrl: string, prompt: string, contextTokens: number): Promise<string> {
  const response = await post(`${ollamaUrl}/api/chat`, {
    model: 'qwen3:8b',
    messages: [{ role: 'user', content: prompt }],
    options: { num_ctx: contextTokens },
    think: false,
    stream: true,
  });
  return (await response.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => lineSchema.parse(JSON.parse(line)).message.content)
    .join('');
}

async function post(url: string, body: object): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: HTTP ${response.status}`);
  return response;
}
