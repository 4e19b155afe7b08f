// The steps of one story: each stands on the one before, so after a failure the rest is not tried.
import { test } from 'node:test';

/** Returns `test` for the steps of one story. */
export function chain() {
  let broken;
  return (name, act) =>
    test(name, async (context) => {
      if (broken) {
        context.skip(`"${broken}" has failed`);
        return;
      }
      try {
        await act(context);
      } catch (reason) {
        broken = name;
        throw reason;
      }
    });
}
