/** What a command or an option is called in another language. */
export interface CommandTexts {
  /** Lower-case, at most 32 characters, without spaces. */
  readonly name: string;
  /** At most 100 characters. */
  readonly description: string;
}

/** An option, with what its choices are called: at most 100 characters. */
export interface OptionTexts extends CommandTexts {
  readonly choices?: Readonly<Record<string, string>>;
}

/** A command with its options, by the names of the command's inputs. */
interface LocalisedCommand extends CommandTexts {
  readonly options?: Readonly<Record<string, OptionTexts>>;
}

/** The built-in commands in German, as people with a German Discord see them; what plugins add stays in English. */
export const germanCommands: Readonly<Record<string, LocalisedCommand>> = {
  ask: {
    name: 'fragen',
    description: 'Stell eine Frage und erhalte die Antwort aus den Dokumenten, mit Quellen.',
    options: { question: { name: 'frage', description: 'Was du wissen möchtest.' } },
  },
  ingest: {
    name: 'hinzufügen',
    description: 'Füge Dateien zum Wissen hinzu, oder ersetze sie durch eine neue Fassung.',
    options: {
      replace: {
        name: 'ersetzen',
        description: 'Ob eine neue Fassung ein Dokument gleichen Namens ersetzt.',
      },
    },
  },
  documents: {
    name: 'dokumente',
    description: 'Sieh, aus welchen Dokumenten ich antworte und wie weit die neuen sind.',
    options: { page: { name: 'seite', description: 'Welche Seite der Liste, ab 1.' } },
  },
  forget: {
    name: 'entfernen',
    description: 'Entferne ein Dokument und alles, was ich daraus weiß.',
    options: { document: { name: 'dokument', description: 'Der Name des Dokuments.' } },
  },
  reset: { name: 'neu-beginnen', description: 'Beginne diesen Thread neu: Ich vergesse, was hier gesagt wurde.' },
  summary: { name: 'übersicht', description: 'Sieh, wie viel in diesem Thread gesagt wurde und seit wann.' },
  stats: {
    name: 'zahlen',
    description: 'Sieh, wie viele Fragen beantwortet wurden, wie gut, und was zu tun ist.',
    options: { days: { name: 'tage', description: 'Wie viele Tage, heute eingeschlossen.' } },
  },
  health: { name: 'zustand', description: 'Sieh, ob alles läuft und wie sich beheben lässt, was nicht läuft.' },
  models: {
    name: 'modelle',
    description: 'Sieh, welche Modelle ich brauche, und lade die fehlenden herunter.',
    options: { pull: { name: 'laden', description: 'Ob die fehlenden Modelle heruntergeladen werden.' } },
  },
  link: {
    name: 'verknüpfen',
    description: 'Wähle, wessen Wissen dieser Kanal nutzt.',
    options: {
      creator: { name: 'wissen', description: 'Wessen Wissen dieser Kanal nutzt; ein neuer Name beginnt ein leeres.' },
      ingestion: {
        name: 'hinzufügen',
        description: 'Wer von hier aus Dokumente hinzufügen darf.',
        choices: { managers: 'wer den Server verwaltet', members: 'alle Mitglieder' },
      },
      wholeWorkspace: {
        name: 'ganzer-server',
        description: 'Ob es für jeden Kanal hier ohne eigene Verknüpfung gilt.',
      },
    },
  },
  mode: {
    name: 'modus',
    description: 'Wähle, wann ich in diesem Kanal spreche.',
    options: {
      mode: {
        name: 'modus',
        description: 'Worauf ich antworte.',
        choices: {
          mention: 'nur auf Erwähnungen',
          thread: 'auf Erwähnungen, und danach auf alles im Thread',
          all: 'auf jede Nachricht',
        },
      },
      onlyWhenConfident: {
        name: 'nur-wenn-sicher',
        description: 'Ob ich ohne Erwähnung schweige, statt zu sagen, dass ich nichts fand.',
      },
    },
  },
  reports: {
    name: 'berichte',
    description: 'Sieh die Berichte über mich, hole einen sofort, und wähle, wann und wohin sie kommen.',
    options: {
      action: {
        name: 'was',
        description: 'Was zu tun ist.',
        choices: {
          list: 'alle zeigen',
          schedule: 'Zeitplan ändern',
          run: 'jetzt holen',
          pause: 'anhalten',
          resume: 'fortsetzen',
          channel: 'in diesen Kanal liefern',
        },
      },
      report: { name: 'bericht', description: 'Welcher Bericht, etwa weekly; nicht für die Liste und den Kanal.' },
      value: { name: 'wert', description: 'Für den Zeitplan: fünf Cron-Felder; für den Kanal: eine Zeitzone.' },
    },
  },
  'admin-channel': {
    name: 'admin-kanal',
    description: 'Wähle diesen Kanal für Berichte und Warnungen.',
    options: { timezone: { name: 'zeitzone', description: 'Zeitzone der Berichte; ohne sie bleibt die bisherige.' } },
  },
  use: {
    name: 'wechseln',
    description: 'Wähle, aus wessen Wissen ich antworte, wenn du mir direkt schreibst.',
    options: { creator: { name: 'wissen', description: 'Eines, in dessen Kanälen du bist.' } },
  },
  reindex: { name: 'neu-indizieren', description: 'Baut die Suche nach Bedeutung für alle Dokumente neu auf.' },
  'forget-me': {
    name: 'mich-vergessen',
    description: 'Lösche, was ich hier von dir behalte: Fragen, Antworten und Bewertungen.',
  },
  'forget-creator': {
    name: 'wissen-löschen',
    description: 'Lösche alles von hier: Dokumente, Gespräche, Zahlen und Verknüpfungen.',
    options: { creator: { name: 'bestätigung', description: 'Der Name des Wissens, zur Bestätigung getippt.' } },
  },
  help: { name: 'hilfe', description: 'Sieh, was ich für dich tun kann.' },
};
