/** A short answer of the server itself: JSON for programs that ask for it, otherwise text. */
export function plainResponse(
  request: Request,
  answer: { status: number; message: string; fields?: object },
): Response {
  const { status, message, fields } = answer;
  const headers = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
  if (request.headers.get('accept')?.includes('application/json') === true)
    return Response.json({ error: message, ...fields }, { status, headers });
  return new Response(`${message}\n`, { status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' } });
}

/**
 * The response with a body that cannot fail: where the handler's stream does, `onError` is called with the reason and
 * the stream ends. It keeps the library from sending the error's message to the client.
 */
export function withGuardedBody(response: Response, onError: (error: unknown) => void): Response {
  if (response.body === null) return response;
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        onError(error);
        controller.close();
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(body, response);
}
