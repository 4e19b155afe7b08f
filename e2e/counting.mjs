// Counts what a person does on our pages: clicks, fields typed into, characters typed.
//
// A counted page is used like Playwright's own. What it counts: a click on a link, button, tick or file field, a choice
// in a list, a field that is typed into with its characters. What it does not: links in mails, the browser's own
// dialogs, coming to a field (the Tab key does that).

const CLICKS = new Set(['click', 'check', 'uncheck', 'selectOption', 'setInputFiles']);
const LOCATORS = new Set(['locator', 'getByRole', 'getByText', 'filter', 'first', 'last', 'nth']);

export class Effort {
  clicks = 0;
  fields = 0;
  characters = 0;

  /** The page, whose use from here on is counted here. */
  counted(page) {
    return this.#counting(page, { onPage: true });
  }

  /** What the efforts come to together. */
  static sum(efforts) {
    const sum = new Effort();
    for (const { clicks, fields, characters } of efforts) {
      sum.clicks += clicks;
      sum.fields += fields;
      sum.characters += characters;
    }
    return sum;
  }

  told() {
    return `${this.clicks} clicks, ${this.fields} fields, ${this.characters} characters`;
  }

  #counting(target, { onPage }) {
    const effort = this;
    return new Proxy(target, {
      get(target, name) {
        const value = target[name];
        if (typeof value !== 'function') return value;
        return (...words) => {
          if (CLICKS.has(name)) effort.clicks += 1;
          if (name === 'fill') effort.#typed(words[onPage ? 1 : 0]);
          const answer = value.apply(target, words);
          return LOCATORS.has(name) ? effort.#counting(answer, { onPage: false }) : answer;
        };
      },
    });
  }

  #typed(text) {
    this.fields += 1;
    this.characters += [...text].length;
  }
}
