/** Where an Ollama server is, and what every request to it carries. */
export interface OllamaServer {
  /** Without credentials, so that it may be shown; without a slash at its end. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What an operator says about the server. */
export interface ServerSettings {
  readonly url?: string | undefined;
  /** Counts where there is no `url`. */
  readonly host?: string | undefined;
  /** Goes before a user and password in the address. */
  readonly apiKey?: string | undefined;
}

const DEFAULT_ADDRESS = '127.0.0.1';
const DEFAULT_PORT = '11434';
/** What a server listens on is nothing to connect to: it stands for this machine. */
const LOOPBACK_OF: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' };

/** The server that the settings name. @throws Error for an address that `isAddress` refuses. */
export function serverOf({ url, host, apiKey }: ServerSettings): OllamaServer {
  const address = parseAddress(url ?? host ?? DEFAULT_ADDRESS);
  if (address === undefined) throw new Error('the address of Ollama is none');
  const { username, password } = address;
  const basic = [username, password].map(decodeURIComponent).join(':');
  const authorization = apiKey === undefined ? `Basic ${Buffer.from(basic).toString('base64')}` : `Bearer ${apiKey}`;
  const path = address.pathname.replace(/\/+$/, '');
  return {
    url: `${address.protocol}//${address.host}${path}`,
    headers: apiKey === undefined && username === '' ? {} : { authorization },
  };
}

/** Whether a text is an address in one of the forms that Ollama takes. */
export function isAddress(text: string): boolean {
  return parseAddress(text) !== undefined;
}

/** Reads `host`, `host:port`, `:port` and URLs as Ollama reads its own `OLLAMA_HOST` (envconfig/config.go, `Host`). */
function parseAddress(text: string): URL | undefined {
  const hasScheme = text.includes('://');
  const rest = text.startsWith(':') ? `${DEFAULT_ADDRESS}${text}` : text;
  try {
    const address = new URL(hasScheme ? text : `http://${rest}`);
    if (!/^https?:$/.test(address.protocol) || address.hostname === '') return undefined;
    // Credentials are decoded to be sent as a header.
    decodeURIComponent(`${address.username}${address.password}`);
    if (!hasScheme && !/:\d+(?:\/|$)/.test(rest)) address.port = DEFAULT_PORT;
    address.hostname = LOOPBACK_OF[address.hostname] ?? address.hostname;
    return address;
  } catch {
    return undefined;
  }
}
