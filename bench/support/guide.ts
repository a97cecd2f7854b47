const WORDS =
  'training recovery coach session plan water morning muscle sleep goal week distance pace rest heart meal energy stretch form race'.split(
    ' ',
  );
const TOPICS = 'kayak origami beekeeping falconry calligraphy archery juggling pottery sailing fencing'.split(' ');
const WORDS_A_LESSON = 120;

/** What a lesson of the made guide says: a telling sentence, then words that all lessons share. About 150 tokens. */
export function lessonText(lesson: number): string {
  const filler = Array.from(
    { length: WORDS_A_LESSON },
    (_, place) => WORDS[(lesson * 7 + place * place * 3) % WORDS.length],
  );
  return `For ${topicOf(lesson)} you need a towel. ${filler.join(' ')}.`;
}

/** A question that one lesson alone answers. */
export function lessonQuestion(lesson: number): string {
  return `What do I need for ${topicOf(lesson)}?`;
}

/** A Markdown file in which each lesson has a heading of its own, so that each becomes a chunk. */
export function guideOf(lessons: number): string {
  return Array.from({ length: lessons }, (_, lesson) => `# Part ${lesson}\n\n${lessonText(lesson)}\n`).join('\n');
}

function topicOf(lesson: number): string {
  return `${TOPICS[lesson % TOPICS.length] ?? ''} lesson number ${lesson}`;
}
