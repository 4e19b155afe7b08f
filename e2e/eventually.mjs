// Waiting for something that another process does: asked often, and given up with a sentence.
import { setTimeout as pause } from 'node:timers/promises';

const PAUSE_MS = 50;

/** Resolves with the first truthy answer of `ask`, or fails after `seconds`. */
export async function eventually(what, seconds, ask) {
  const attempts = Math.ceil((seconds * 1000) / PAUSE_MS);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const answer = await ask();
    if (answer) return answer;
    await pause(PAUSE_MS);
  }
  throw new Error(`waited ${seconds} s in vain: ${what}`);
}
