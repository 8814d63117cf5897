// Everything behind the door to asking: one model, and which of its screens stands in front.
import { AskScreen } from "./ask_screen.js";
import { Asking } from "./asking.js";
import { MineScreen } from "./mine_screen.js";
import { OthersScreen } from "./others_screen.js";
import { ReceiptScreen, SendingScreen } from "./receipt_screen.js";
import { ReportScreen } from "./report_screen.js";

const FORMS = new Set(["ask", "report"]);

export class AskingPart {
  constructor(gate) {
    this.gate = gate;
    this.asking = new Asking(gate.voter, gate.random, {
      changed: () => gate.changed(),
      news: () => gate.news(),
      received: (kind) => this.received(kind),
    });
    this.report = { text: "" };
  }

  greeted() {
    this.asking.listed = null;
    this.asking.follow();
  }

  attended() {
    this.asking.repeat();
  }

  told(question) {
    this.asking.told(question);
  }

  // Its words are needed no longer, and shall not be found in this phone.
  received(kind) {
    if (kind === "report") this.report.text = "";
    else if (this.gate.view === null) this.gate.news();
  }

  opened(view) {
    if (view === "mine") this.asking.follow();
    if (view === "others") this.asking.forgetList(this.gate.voter.state.unit ?? "");
  }

  // While a question is on its way there is no second form; afterwards its receipt stands there.
  screenName(view) {
    if (!FORMS.has(view)) return view;
    if (this.asking.outbox !== null) return "sending";
    return this.asking.receipt !== null ? "receipt" : view;
  }

  build(name) {
    const { asking, gate } = this;
    const go = (view) => () => gate.open(view);
    const back = () => gate.close();
    // A receipt stays until somebody puts it away: a ballot may have come in front of it.
    const putAway = (next) => () => {
      asking.receipt = null;
      next();
    };
    const screens = {
      ask: () => new AskScreen(asking, { back, report: go("report") }),
      sending: () => new SendingScreen(asking, { back }),
      receipt: () =>
        new ReceiptScreen(asking.receipt, {
          back: putAway(back),
          again: putAway(go("ask")),
          mine: putAway(go("mine")),
        }),
      mine: () => new MineScreen(asking, { back, ask: go("ask"), mayAsk: gate.mayAsk }),
      others: () => new OthersScreen(asking, { back }),
      report: () => new ReportScreen(asking, this.report, { back }),
    };
    return screens[name]();
  }
}
