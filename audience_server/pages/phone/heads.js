// The signed heads of the record that this phone has seen, under the session's origin. One size has one root for ever:
// another root proves that the server keeps two records, or went on from an older copy. Nothing here is of a voter.
//
// `linked`: the first head and the largest that every other one here was shown to be part of. `waiting`: the others.
// A head is {size, root, note}; the note is what a notary checks.

// However many a server sends, they shall leave room for ballots.
const MOST_WAITING = 24;

export class Heads {
  constructor(pocket, origin) {
    Object.assign(this, { pocket, origin });
  }

  get kept() {
    return this.pocket.read("heads", this.origin) ?? { linked: [], waiting: [] };
  }

  // Two signed heads that contradict each other. The first pair stays for good: no later answer takes it back.
  get fork() {
    return this.pocket.read("fork", this.origin);
  }

  saw({ size, root, note }) {
    const head = { size, root, note };
    const { linked, waiting } = this.kept;
    const same = [...linked, ...waiting].find((each) => each.size === head.size);
    if (same !== undefined && same.root !== head.root) this.accuse(same, head);
    if (same !== undefined) return;
    if (linked.length === 0) this.keep([head], []);
    else this.keep(linked, [...waiting.slice(0, MOST_WAITING - 1), head]);
  }

  // Each of `linked` is part of `largest`. A ballot's own head goes, since its size would tell when it was cast.
  link(linked, largest) {
    const sizes = new Set(linked.map((each) => each.size)).add(largest.size);
    const { linked: before, waiting } = this.kept;
    const first = before[0];
    this.keep(
      first.size === largest.size ? [first] : [first, largest],
      waiting.filter((each) => !sizes.has(each.size)),
    );
  }

  accuse(older, newer) {
    if (this.fork === null) this.pocket.write([older, newer], "fork", this.origin);
  }

  keep(linked, waiting) {
    this.pocket.write({ linked, waiting }, "heads", this.origin);
  }
}
