/** What a message says, in words, and whom it calls. */
export interface ReadText {
  readonly text: string;
  readonly mentionsDocent: boolean;
  readonly mentionsOthers: boolean;
}

/** Slack's own marks within a text: `<@U1>`, `<#C1|general>`, `<!here>`, `<https://…|label>`. */
const MARK = /<([^<>]+)>/g;

/** Reads Slack's message text: the bot's own mention goes, other marks become what people see in their place. */
export function readSlackText(raw: string, botUserId: string): ReadText {
  let mentionsDocent = false;
  let mentionsOthers = false;
  const text = raw.replaceAll(MARK, (_mark, inside: string) => {
    const [target, label] = splitOnce(inside, '|');
    if (target === `@${botUserId}`) {
      mentionsDocent = true;
      return '';
    }
    if (target.startsWith('@') || target.startsWith('!subteam') || /^!(?:here|channel|everyone)$/.test(target))
      mentionsOthers = true;
    return seen(target, label);
  });
  return {
    text: unescapeSlack(text)
      .replaceAll(/[ \t]{2,}/g, ' ')
      .trim(),
    mentionsDocent,
    mentionsOthers,
  };
}

/** What was typed behind a slash command, as people see it: Slack escapes it, and writes people and channels as marks. */
export function readTypedText(raw: string): string {
  return unescapeSlack(raw.replaceAll(MARK, (_mark, inside: string) => seen(...splitOnce(inside, '|'))));
}

function seen(target: string, label: string | undefined): string {
  if (label !== undefined) return target.startsWith('#') ? `#${label}` : label;
  return target.startsWith('!') ? `@${target.slice(1)}` : target;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

/** Slack writes three characters in their HTML form. */
function unescapeSlack(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
