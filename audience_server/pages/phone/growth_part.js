// What growth.js and alarm.js need later: in one place, so that it comes at once.
export { forkEvidence } from "./fork_evidence.js";
export { linkHeads } from "./linking.js";
