/** Whom it is said to, how warmly, and with which signs. */
const REST = String.raw`\b[\s\p{P}\p{S}\p{M}]*(?:you|all|everyone|there|a lot|so much|very much)?[\s\p{P}\p{S}\p{M}]*$`;
const greeting = new RegExp(`^(?:hi|hello|hey|good (?:morning|afternoon|evening))${REST}`, 'iu');
const courtesy = new RegExp(
  `^(?:thanks?|thank you|thx|cheers|great|nice|cool|perfect|good night|bye|goodbye|ok(?:ay)?)${REST}`,
  'iu',
);

/** What somebody says to the bot who asks nothing; undefined for a question. */
export function smallTalkIn(text: string): 'greeting' | 'courtesy' | undefined {
  if (greeting.test(text.trim())) return 'greeting';
  return courtesy.test(text.trim()) ? 'courtesy' : undefined;
}
