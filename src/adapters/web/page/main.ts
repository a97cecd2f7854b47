import { installAnnouncer } from './announce.js';
import { RequestError, session as sessionApi } from './api.js';
import { h } from './dom.js';
import { keepMomentsFresh } from './moment.js';
import { signIn } from './sign-in.js';
import type { Session } from './wire.js';
import { openWorkspace } from './workspace.js';

const RETRY_MS = 2_000;

/** Waits for a server that is still starting, and says so. */
async function readSession(): Promise<Session> {
  const note = h('p', { class: 'starting', role: 'status' });
  for (;;) {
    try {
      const session = await sessionApi.read();
      note.remove();
      return session;
    } catch (error) {
      note.textContent = error instanceof RequestError ? error.message : 'Docent cannot be reached.';
      document.body.append(note);
      await new Promise((resolve) => {
        setTimeout(resolve, RETRY_MS);
      });
    }
  }
}

installAnnouncer();
// The address holds the place in the workspace, so the link must not change it.
document.querySelector('.skip-link')?.addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('question')?.focus();
});
keepMomentsFresh();
const session = await readSession();
const signedIn = session.signedIn ? session : await signIn();
if (signedIn.signedIn) await openWorkspace(signedIn);
