// The countdown on server time: milliseconds received, counted down by this phone's own monotonic clock.

const EXTENDED_BY = 1500;

export class Countdown {
  constructor(now = () => performance.now()) {
    this.now = now;
    this.window = null;
    this.deadline = 0;
  }

  // Delay on the way only ever makes the end look later, so the earliest is the truest, unless the window was extended.
  take(window) {
    if (window === null) {
      this.window = null;
      return;
    }
    const deadline = this.now() + window.closes_in_ms;
    const other = window.window !== this.window || deadline > this.deadline + EXTENDED_BY;
    this.deadline = other ? deadline : Math.min(deadline, this.deadline);
    this.window = window.window;
  }

  get milliseconds() {
    return this.window === null ? 0 : Math.max(0, this.deadline - this.now());
  }

  get seconds() {
    return Math.ceil(this.milliseconds / 1000);
  }
}
