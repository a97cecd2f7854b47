import { describe, expect, it } from 'vitest';
import { readBeir } from '../../../src/core/evaluation/beir.js';
import { type EvaluationDataset, holdOut, sampleQuestions } from '../../../src/core/evaluation/dataset.js';
import { readQuestionList } from '../../../src/core/evaluation/question-list.js';
import { readSquad } from '../../../src/core/evaluation/squad.js';

const squad = {
  version: 'v2.0',
  data: ['Old_Boats', 'Lighthouses'].map((title) => ({
    title,
    paragraphs: [1, 2].map((number) => ({
      context: `Paragraph ${number} of ${title}.`,
      qas: [
        {
          id: `${title}-${number}`,
          question: `What is in ${number}?`,
          is_impossible: false,
          answers: [
            { text: 'Paragraph', answer_start: 0 },
            { text: 'Paragraph', answer_start: 0 },
          ],
        },
        { id: `${title}-${number}-no`, question: 'And else?', is_impossible: true, answers: [] },
      ],
    })),
  })),
};

const shown = ({ questions }: EvaluationDataset) =>
  questions.map(({ id, relevant, answers }) => [id, [...relevant.keys()], answers]);

describe('the reader of SQuAD', () => {
  it('makes a document of every paragraph, under the title of its article', () => {
    const dataset = readSquad(squad, 'squad.json', 'paragraph');
    expect(dataset.documents.map(({ name }) => name)).toEqual([
      'Old_Boats/1',
      'Old_Boats/2',
      'Lighthouses/1',
      'Lighthouses/2',
    ]);
    expect(dataset.documents[1]).toMatchObject({
      group: 'Old_Boats',
      content: { kind: 'text', title: 'Old Boats', paragraphs: ['Paragraph 2 of Old_Boats.'] },
    });
    expect(shown(dataset).slice(2, 4)).toEqual([
      ['Old_Boats-2', ['Old_Boats/2'], ['Paragraph']],
      ['Old_Boats-2-no', [], []],
    ]);
  });

  it('makes a document of every article when asked to', () => {
    const dataset = readSquad(squad, 'squad.json', 'article');
    expect(dataset.documents.map(({ name }) => name)).toEqual(['Old_Boats', 'Lighthouses']);
    expect(dataset.documents[0]?.content).toMatchObject({
      paragraphs: ['Paragraph 1 of Old_Boats.', 'Paragraph 2 of Old_Boats.'],
    });
    expect(shown(dataset)[2]).toEqual(['Old_Boats-2', ['Old_Boats'], ['Paragraph']]);
  });

  it('takes SQuAD 1.1, which marks no question as impossible', () => {
    const old = {
      data: [
        { title: 'A', paragraphs: [{ context: 'B', qas: [{ id: '1', question: 'C?', answers: [{ text: 'B' }] }] }] },
      ],
    };
    expect(shown(readSquad(old, 'old.json', 'paragraph'))).toEqual([['1', ['A/1'], ['B']]]);
  });

  it('says what is wrong with a file of another shape', () => {
    expect(() => readSquad({ data: [{ title: 'A' }] }, 'a.json', 'paragraph')).toThrow(/"a.json".*paragraphs/s);
  });
});

describe('the reader of BEIR', () => {
  const files = {
    corpus: '{"_id": "d1", "title": "Boats", "text": "One.\\n\\nTwo."}\n{"_id": "d2", "text": "Three."}\n\n',
    queries: '{"_id": "q1", "text": "One?"}\n{"_id": "q2", "text": "Unjudged?"}\n',
    judgements: 'query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\nq1\tgone\t1\n',
  };

  it('joins queries with the documents that were judged relevant', () => {
    const dataset = readBeir(files, 'beir');
    expect(dataset.documents.map(({ content }) => content)).toEqual([
      { kind: 'text', title: 'Boats', paragraphs: ['One.', 'Two.'] },
      { kind: 'text', title: '', paragraphs: ['Three.'] },
    ]);
    expect(dataset.questions).toEqual([
      { id: 'q1', text: 'One?', kind: '', relevant: new Map([['d1', 2]]), answers: [] },
    ]);
  });

  it('knows a document that is the query itself, which answers nothing', () => {
    const queries = '{"_id": "d1", "text": "One?"}';
    expect(readBeir({ ...files, queries, judgements: 'd1\td1\t1\nd1\td2\t1' }, 'beir').questions).toEqual([
      { id: 'd1', text: 'One?', kind: '', relevant: new Map([['d2', 1]]), answers: [], itself: 'd1' },
    ]);
  });

  it('reads judgements without a head', () => {
    expect(shown(readBeir({ ...files, judgements: 'q2\td2\t1' }, 'beir'))).toEqual([['q2', ['d2'], []]]);
  });

  it('names the line that is wrong', () => {
    expect(() => readBeir({ ...files, queries: '{"_id": "q1", "text": "One?"}\n{"_id": 2' }, 'beir')).toThrow(
      /Line 2 of "queries.jsonl"/,
    );
    expect(() => readBeir({ ...files, judgements: `${files.judgements}q1 d1` }, 'beir')).toThrow(/Line 5/);
  });
});

describe('the reader of a list of questions', () => {
  const documents = ['a.md', 'b.md'].map((name) => ({
    name,
    group: name,
    content: { kind: 'file' as const, path: `/docs/${name}`, contentHash: '' },
  }));

  it('numbers questions that have no id', () => {
    const text = '{"question": "A?", "documents": ["a.md"], "answers": ["yes"]}\n{"question": "B?", "documents": []}';
    expect(shown(readQuestionList(text, 'q.jsonl', documents))).toEqual([
      ['1', ['a.md'], ['yes']],
      ['2', [], []],
    ]);
  });

  it('refuses a document that is not there, and a key that it does not know', () => {
    expect(() => readQuestionList('{"question": "A?", "documents": ["c.md"]}', 'q.jsonl', documents)).toThrow(/"c.md"/);
    expect(() => readQuestionList('{"question": "A?", "document": "a.md"}', 'q.jsonl', documents)).toThrow(/Line 1/);
    const twice = ['{"id": "2", "question": "A?", "documents": []}', '{"question": "B?", "documents": []}'].join('\n');
    expect(() => readQuestionList(twice, 'q.jsonl', documents)).toThrow(/two questions with the id "2"/);
  });
});

describe('a part of a data set', () => {
  const dataset = readSquad(squad, 'squad.json', 'paragraph');

  it('leaves out every second article, and what merely looks answerable', () => {
    const held = holdOut(dataset);
    expect(held.documents.map(({ name }) => name)).toEqual(['Old_Boats/1', 'Old_Boats/2']);
    expect(shown(held)).toEqual([
      ['Old_Boats-1', ['Old_Boats/1'], ['Paragraph']],
      ['Old_Boats-2', ['Old_Boats/2'], ['Paragraph']],
      ['Lighthouses-1', [], []],
      ['Lighthouses-2', [], []],
    ]);
  });

  it('leaves out questions about both halves', () => {
    const both = new Map([
      ['Old_Boats/1', 1],
      ['Lighthouses/1', 1],
    ]);
    const mixed = { ...dataset, questions: [{ ...dataset.questions[0]!, relevant: both }] };
    expect(holdOut(mixed).questions).toEqual([]);
  });

  it('is spread over all questions', () => {
    expect(sampleQuestions(dataset, 4).questions.map(({ id }) => id)).toEqual([
      'Old_Boats-1',
      'Old_Boats-2',
      'Lighthouses-1',
      'Lighthouses-2',
    ]);
    expect(sampleQuestions(dataset, 100)).toBe(dataset);
  });
});
